"""``python -m geo unplaced`` and ``why``: what is not on the map, and why what is there is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from geo.commands.options import OK, add_store, at_least_one, command, open_atlas
from geo.errors import CorrectionError
from geo.records import Article
from geo.settings import Settings
from geo.terminal import printable


def register(commands: Any) -> None:
    """Add both commands to the parser's `commands`."""
    made = command(
        commands,
        "unplaced",
        _unplaced,
        "list the names that are in the texts and not on the map",
        "examples:\n"
        "  article-atlas unplaced\n"
        "  article-atlas unplaced --refused -1 --limit 50\n\n"
        "Names that were recognised and not resolved; with --refused, those that were taken for no place.\n"
        "Each line: mentions, articles, name, an excerpt; of refused names also the score (0 is the threshold) and\n"
        "what spoke most against it. The first look through all articles takes 1 to 3 ms for each, and is noted.",
    )
    add_store(made)
    made.add_argument("--refused", type=float, metavar="SCORE", help="names refused with at least this, down to -2")
    made.add_argument("--limit", type=at_least_one, default=100, metavar="N", help="most names (default: %(default)s)")
    made = command(
        commands,
        "why",
        _why,
        "say why a mention is where it is: the candidates, their scores by feature, source and licence",
        "examples:\n  article-atlas why 4b932900074443f3 667",
    )
    add_store(made)
    made.add_argument("article_id", metavar="ARTICLE")
    made.add_argument("start", type=int, metavar="OFFSET", help="a character of the mention, counted from 0")


def _unplaced(arguments: argparse.Namespace, settings: Settings) -> int:
    atlas = open_atlas(arguments, settings)
    lines = _unresolved(atlas, arguments.limit)
    if arguments.refused is not None:
        lines = _refused(atlas, settings, arguments.refused, arguments.limit)
    for cells in lines:
        print("\t".join(printable(cell) for cell in cells))
    return OK


def _unresolved(atlas: Any, limit: int) -> Iterator[tuple[str, ...]]:
    from geo.store.unplaced import unplaced_mentions, unplaced_names

    for name in unplaced_names(atlas, limit=limit):
        [mention] = unplaced_mentions(atlas, name.surface, limit=1)
        article = atlas.article(mention.article_id)
        yield str(name.mentions), str(name.articles), name.surface, _excerpt(article, mention.start, mention.end)


def _refused(atlas: Any, settings: Settings, least: float, limit: int) -> Iterator[tuple[str, ...]]:
    from geo import gazetteer
    from geo.store.refused import refused_names, refused_passages
    from geo.why import look_through

    looked, every = look_through(atlas, gazetteer.load(settings))
    print(f"{looked} of {every} articles looked through", file=sys.stderr)
    for name in refused_names(atlas, least, limit=limit):
        passage = refused_passages(atlas, name.surface, least, limit=1)[0]
        excerpt = _excerpt(atlas.article(passage.article_id), passage.start, passage.end)
        yield str(name.times), str(name.articles), name.surface, f"{name.score:+.2f}", name.reason, excerpt


def _excerpt(article: Article, start: int, end: int) -> str:
    from geo.excerpts import excerpt

    cut = excerpt(article, start, end, 120)
    return f"{cut.left}[{cut.keyword}]{cut.right}"


def _why(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo import gazetteer
    from geo.explain import place_line, share_line
    from geo.recognize import plugins
    from geo.resolve import Geoparser
    from geo.why import why

    atlas = open_atlas(arguments, settings)
    mentions = atlas.mentions(article_id=arguments.article_id)
    mention = next((each for each in mentions if each.start <= arguments.start < each.end), None)
    if mention is None:
        raise CorrectionError(
            f"{arguments.article_id}: no mention at {arguments.start}; its mentions begin at "
            + (", ".join(str(each.start) for each in mentions) or "none")
        )
    geoparser = Geoparser.from_settings(gazetteer.load(settings), settings)
    found = why(atlas, mention, geoparser, settings, plugins.recipe(settings))
    lines = [f"{mention.surface}  [{mention.start}:{mention.end}]  {mention.kind.value}"]
    lines.append(f"  a place: {found.score:+.2f} = {share_line(found.recognition)}")
    if found.decision is not None:
        lines.append(f"  decided by {found.decision.who}, {found.decision.when[:16]}: {found.decision.why}")
    if found.entry is not None and found.provenance is not None:
        lines.append(f"  means {place_line(found.entry)}")
        lines.append(f"  from {found.provenance.source}; {found.provenance.licence} {found.provenance.url}")
    else:
        lines.append("  unplaced")
    lines.append(f"  the program's choice, confidence {found.confidence:.2f}, by {found.rule}:")
    for choice in found.choices:
        shares = share_line(choice.candidate.features)
        lines.append(f"    {choice.candidate.score:6.2f}  {place_line(choice.candidate.entry)}  = {shares}")
        lines.append(f"            {choice.provenance.source}; {choice.provenance.licence}")
    if not found.up_to_date:
        lines.append("  the program has changed since this article was read in; ingest again")
    for line in lines:
        print(printable(line))
    return OK
