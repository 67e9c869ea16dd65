"""``python -m geo unplaced`` and ``why``: what is not on the map, and why what is there is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.errors import CorrectionError
from geo.records import Article
from geo.settings import Settings
from geo.terminal import printable

OK = 0


def register(commands: Any) -> None:
    """Add both commands to the parser's `commands`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "unplaced",
        help="list the names that are in the texts and not on the map",
        description="list the names that were recognised and not resolved; with --refused, those taken for no place",
        epilog="example: python -m geo unplaced --refused -1 --limit 50\n\n"
        "Each line: mentions, articles, name, an excerpt; of refused names also the score (0 is the\n"
        "threshold) and what spoke most against it. The first look through all articles takes 1 to 3 ms for each; later ones are noted.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=_unplaced)
    _add_store(parser)
    parser.add_argument("--refused", type=float, metavar="SCORE", help="names refused with at least this, down to -2")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="most names (default: %(default)s)")
    parser = commands.add_parser(
        "why",
        help="say why a mention is where it is",
        description="say why a mention is where it is: the candidates, their scores by feature, source and licence",
        epilog="example: python -m geo why 4b932900074443f3 667",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=_why)
    _add_store(parser)
    parser.add_argument("article_id", metavar="ARTICLE")
    parser.add_argument("start", type=int, metavar="OFFSET", help="a character of the mention, counted from 0")


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", type=Path, metavar="DIR", help="folder of the atlas tables (default: that of the corpus)"
    )


def _unplaced(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.store import Atlas

    atlas = Atlas.open(arguments.store or settings.store_of(settings.corpus))
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
    from geo.store import Atlas
    from geo.why import why

    atlas = Atlas.open(arguments.store or settings.store_of(settings.corpus))
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
