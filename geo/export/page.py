"""A map in one file: opens from the disk, in any browser, with the network unplugged."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Collection
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from geo.export.places import by_place, note
from geo.export.provenance import Provenance
from geo.export.rows import Row, Selected
from geo.export.stream import encoded, write_list, write_object
from geo.outlines import FILE
from geo.records import PlaceCount

MOST_EXCERPTS = 100_000
"""Of all places together: 60 MB, which a browser opens in some seconds. The page says how many it left out."""
LEAST_OF_A_PLACE = 5

_BROWSER = Path(__file__).parent / "browser"
_OF_EXCERPT = ("surface", "title", "author", "source", "published", "url", "path", "confidence", "left", "right")


def write_page(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """The page; gives the number of mentions in it."""
    from geo.maps import opening_view  # brings folium, half a second that the other formats need not wait

    leaflet = Path(str(import_module("xstatic.pkg.leaflet").BASE_DIR))
    scripts = [_script(leaflet / "leaflet.js"), _script(_BROWSER / "page.js")]
    styles = re.sub(r"url\([^)]*\)", "none", (leaflet / "leaflet.css").read_text(encoding="utf-8"))
    styles += (_BROWSER / "page.css").read_text(encoding="utf-8")
    stream.write(_head(scripts, styles, provenance).encode())
    outlines = FILE.read_bytes()
    codes = {feature["id"] for feature in json.loads(outlines)["features"] if feature.get("id")}
    stream.write(b'<script type="application/json" id="outlines">' + outlines.replace(b"<", b"\\u003c"))
    stream.write(b'</script>\n<script type="application/json" id="view">')
    stream.write(encoded(opening_view(selected.places.values(), codes)))
    stream.write(b'</script>\n<script type="application/json" id="places">[')
    most = _most_of_a_place([count.mentions for count in selected.places.values()])
    total = 0
    safe = _Safe(stream)
    for number, (count, rows) in enumerate(by_place(selected)):
        stream.write(b",\n" if number else b"\n")
        write_object(safe, _place(count, most, codes), open_end=True)
        stream.write(b', "excerpts": ')
        total += write_list(safe, (_excerpt(row) for row in islice(rows, most)))
        stream.write(b"}")
    stream.write(b"]</script>\n")
    stream.writelines(f"<script>{script}</script>\n".encode() for script in scripts)
    stream.write(b"</body>\n</html>\n")
    return total


def _most_of_a_place(mentions: list[int]) -> int:
    """The largest number of excerpts that each place may have so that all together are not too many.

    >>> _most_of_a_place([3, 1]), _most_of_a_place([200_000, 40_000, 1])
    (5, 59999)
    """
    low, high = LEAST_OF_A_PLACE, max([*mentions, LEAST_OF_A_PLACE])
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(each, middle) for each in mentions) <= MOST_EXCERPTS:
            low = middle
        else:
            high = middle - 1
    return low


class _Safe:
    """What is written cannot end the script element that holds it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, raw: bytes) -> int:
        return self._stream.write(raw.replace(b"<", b"\\u003c"))


def _place(count: PlaceCount, most: int, outlines: Collection[str]) -> dict[str, Any]:
    from geo.maps import is_outlined

    entry = count.entry
    return {
        "id": entry.place_id,
        "name": entry.name,
        "name_ar": entry.name_ar,
        "lat": entry.lat,
        "lon": entry.lon,
        "position": entry.geometry.value,
        "code": entry.feature_code,
        "country": entry.country,
        "outline": entry.country if is_outlined(count, outlines) else None,
        "note": note(count),
        "mentions": count.mentions,
        "articles": count.articles,
        "more": max(0, count.mentions - most),
    }


def _excerpt(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _OF_EXCERPT}


def _script(file: Path) -> str:
    """A script as an element holds it: without its source map, which would be asked for."""
    source = re.sub(r"//# sourceMappingURL=.*", "", file.read_text(encoding="utf-8"))
    if "</script" in source.lower():
        raise ValueError(f"{file}: cannot be put into a page, it holds an end of script")
    return source


def _head(scripts: list[str], styles: str, provenance: Provenance) -> str:
    """Only these very scripts run, whatever an article says, and nothing is fetched."""
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="{html.escape(provenance.made_by)}">
<title>Article Atlas</title>
<style>
{styles}
</style>
</head>
<body>
<header><h1>Article Atlas</h1><p></p></header>
<div id="map"></div>
<main></main>
<footer>{html.escape(provenance.line)}</footer>
"""


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
