"""One page on one place, to print: map, timeline, excerpts with their citations. One file, no script, no network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import BinaryIO

from geo.excerpts import excerpt
from geo.export.picture import map_svg
from geo.export.provenance import Provenance
from geo.export.rows import Selected
from geo.maps import is_outlined
from geo.outlines import outline_codes
from geo.records import Article, Geometry, PlaceCount, StoredMention
from geo.store.narrowed import Days
from geo.store.wanted import count_days, count_places, leading_mentions
from geo.views.citation import citation, citation_parts
from geo.views.timeline import bars, bucket_of, tick
from geo.views.words import ENGLISH, Words

ROOM_MM = 114.0
"""Height that is left for excerpts."""
_ASKED = 60
"""Mentions that are looked at for excerpts that fit: more never do."""
_LINE_CHARS, _LINE_MM = 98, 6.3
"""Of an excerpt, set wide: the longest lines seen held 105."""
_CITED_CHARS, _CITED_MM, _GAP_MM = 105, 4.9, 2.6
_MOST_CITED_LINES = 2
_TICKS = 6
_CSS = Path(__file__).parent / "browser" / "report.css"
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ku", "ps", "ur"})


def write_report(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """The page on the one place that is selected; gives the number of excerpts on it."""
    [count] = selected.places.values()
    words = selected.words or ENGLISH
    others = count_places(selected.atlas, replace(selected.wanted, place_ids=()))
    chosen = _chosen(selected, words)
    stream.write(_head(count, words).encode())
    parts = (
        _about(count, words),
        map_svg(count, others, words),
        _timeline(selected, words),
        _excerpts(chosen, count, selected.excerpt_chars, words),
        _foot(selected, provenance, words),
    )
    stream.writelines(f"{part}\n".encode() for part in parts)
    stream.write(b"</main>\n</body>\n</html>\n")
    return len(chosen)


def _head(count: PlaceCount, words: Words) -> str:
    """Nothing runs and nothing is fetched, whatever an article says."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="{words.lang}" dir="{words.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(words.name(count.entry))} · {escape(words["title"])}</title>
<style>
{_CSS.read_text(encoding="utf-8")}
</style>
</head>
<body>
<main>
"""


def _about(count: PlaceCount, words: Words) -> str:
    name, other = words.names(count.entry)
    second = f'<p class="other"><bdi>{escape(other)}</bdi></p>' if other else ""
    where = f"{count.entry.lat:.4f}, {count.entry.lon:.4f}"
    area = "" if is_outlined(count, outline_codes()) else escape(words["report_area"])
    facts = [
        escape(words.facts(count.entry)),
        f"<b>{escape(words.mentions_in_articles(count.mentions, count.articles))}</b>",
        area if count.entry.geometry is Geometry.AREA else f'<bdi dir="ltr">{where}</bdi>',
    ]
    return (
        f'<header><h1><bdi>{escape(name)}</bdi></h1>{second}<p class="facts">'
        + "".join(f"<span>{fact}</span>" for fact in facts if fact)
        + "</p></header>"
    )


def _timeline(selected: Selected, words: Words) -> str:
    """Bars of the place's mentions; time runs with the script."""
    found = count_days(selected.atlas, selected.wanted)
    dated = {day: n for day, n in found.items() if day is not None}
    undated = words.say("undated", mentions=words.count("mentions", found[None])) if found.get(None) else ""
    if not dated:
        return f'<section class="time"><h2>{escape(words["timeline"])}</h2><p>{escape(words["no_dates"])}</p></section>'
    bucket, step = bucket_of(min(dated), max(dated))
    made = bars(Days(all=dated, here={}, undated=0, undated_here=0), bucket, step)
    most = max(bar.all for bar in made)
    width, height = 744.0, 64.0
    wide = min(width / len(made), 60.0)
    drawn, ticks = [], []
    for at, bar in enumerate(made):
        x = width - (at + 1) * wide if words.arabic else at * wide
        tall = max(2.0, height * bar.all / most) if bar.all else 0.0
        drawn.append(
            f'<rect x="{x + 0.06 * wide:.1f}" y="{height - tall:.1f}" width="{0.88 * wide:.1f}" height="{tall:.1f}"/>'
        )
        if at % math.ceil(len(made) / _TICKS) == 0:
            side = x + wide if words.arabic else x
            ticks.append(
                f'<path d="M{side:.1f},{height}v6"/><text direction="{words.direction}" x="{side:.1f}"'
                f' y="{height + 19}">{escape(tick(bar.first, bucket, words))}</text>'
            )
    by = words.say("bucket_years", n=words.number(step)) if step > 1 else words[f"bucket_{bucket}"]
    said = [by, words.say("report_most", mentions=words.count("mentions", most)), undated]
    box = f'viewBox="0 0 {width:.0f} {height + 22:.0f}" role="img" aria-label="{escape(words["timeline"], quote=True)}"'
    notes = "".join(f"<span>{escape(each)}</span>" for each in said if each)
    return (
        f'<section class="time"><h2>{escape(words["timeline"])} {notes}</h2>'
        f'<svg {box}>{"".join(drawn)}<path d="M0,{height}H{width}"/>{"".join(ticks)}</svg></section>'
    )


def _chosen(selected: Selected, words: Words) -> list[tuple[StoredMention, Article]]:
    """An excerpt of each of the articles most about the place, then second ones, as many as fit; newest article first.

    Near-copies of a listed article, and sentences that are there already, are left out.
    """
    found = leading_mentions(selected.atlas, selected.wanted, limit=_ASKED)
    listed = {article.article_id for _, article in found}
    copies = selected.atlas.copies(listed)
    room, chosen, seen = ROOM_MM, list[tuple[StoredMention, Article]](), set[tuple[str, str]]()
    for mention, article in found:
        if copies.get(article.article_id) in listed:
            continue
        cut = excerpt(article, mention.start, mention.end, selected.excerpt_chars)
        sentence = (article.article_id, cut.left + cut.keyword + cut.right)
        if sentence in seen:
            continue
        length = len(cut.left) + len(cut.keyword) + len(cut.right) + 4
        lines = math.ceil(length / _LINE_CHARS) + (cut.left + cut.right).count("\n")
        cited = min(_MOST_CITED_LINES, math.ceil(len(citation(article, words)) / _CITED_CHARS))
        need = lines * _LINE_MM + cited * _CITED_MM + _GAP_MM
        if need <= room:
            room -= need
            seen.add(sentence)
            chosen.append((mention, article))
    chosen.sort(key=lambda pair: (pair[1].article_id, pair[0].start))
    return sorted(chosen, key=lambda pair: pair[1].published or "", reverse=True)


def _excerpts(chosen: list[tuple[StoredMention, Article]], count: PlaceCount, excerpt_chars: int, words: Words) -> str:
    more = words.say("report_more", mentions=words.count("mentions", count.mentions))
    note = f"<span>{escape(more)}</span>" if len(chosen) < count.mentions else ""
    items = "".join(_items(chosen, excerpt_chars, words))
    return f'<section class="excerpts"><h2>{escape(words["report_excerpts"])} {note}</h2><ul>{items}</ul></section>'


def _items(chosen: list[tuple[StoredMention, Article]], excerpt_chars: int, words: Words) -> Iterator[str]:
    for mention, article in chosen:
        cut = excerpt(article, mention.start, mention.end, excerpt_chars)
        direction = ("rtl" if article.language in _RIGHT_TO_LEFT else "ltr") if article.language else "auto"
        cited = escape(words.comma).join(f"<bdi>{escape(part)}</bdi>" for part in citation_parts(article, words))
        lang = f' lang="{escape(article.language, quote=True)}"' if article.language else ""
        yield (
            f'<li><blockquote dir="{direction}"{lang}>{"… " if cut.cut_left else ""}{escape(cut.left)}'
            f"<mark>{escape(cut.keyword)}</mark>{escape(cut.right)}{' …' if cut.cut_right else ''}</blockquote>"
            f"<p><cite>{cited}</cite></p></li>"
        )


def _foot(selected: Selected, provenance: Provenance, words: Words) -> str:
    filtered = selected.note or _filters(selected, words)
    said = words.say("report_filtered", what=filtered) if filtered else words["report_unfiltered"]
    return (
        f"<footer><p><bdi>{escape(said)}</bdi></p>"
        f'<p dir="ltr">{escape(provenance.line)}; outlines: Natural Earth (public domain)</p></footer>'
    )


def _filters(selected: Selected, words: Words) -> str:
    """The filters of a command, in words."""
    wanted = selected.wanted

    def day(moment: date | None, key: str) -> str:
        return f"{words[key]} {words.date(moment)}" if moment else ""

    said = [
        " ".join(filter(None, (day(wanted.filters.since, "since"), day(wanted.filters.until, "until")))),
        *(source or words.none_stated("source") for source in wanted.filters.sources),
        *(author or words.none_stated("author") for author in wanted.authors),
        *(words.language(code) if code else words.none_stated("language") for code in wanted.languages),
        f"≥ {words.percent(wanted.confidence)}" if wanted.confidence else "",
        f"{words['text']}: {wanted.phrase}" if wanted.phrase else "",
    ]
    return words.comma.join(filter(None, said))
