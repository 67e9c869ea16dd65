"""Mentions -> resolutions (toponym resolution): which place on earth each one means. No I/O.

Every candidate is scored by what the words beside the name say, by the rest of the text and by its prominence. A
first pass uses only the words beside it; the places it is sure of are the anchors that the second pass leans on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geo.gazetteer import Gazetteer
from geo.geodesy import distance_km
from geo.lexicon import Cue
from geo.normalize import TOKEN, fold_key, name_key
from geo.recognize import RuleRecognizer, plugins
from geo.recognize.protocol import Recognizer
from geo.records import Candidate, Entry, Kind, Mention, Resolution
from geo.settings import RULES, Settings

MAX_CANDIDATES = 24
"""Entries weighed for one name, most prominent first; the rest never won in the development texts."""

MAX_ANCHORS = 60

HOME_WEIGHT = 1.2
"""More than a step of prominence, less than what the text itself says."""

CEILING = 0.97
"""No choice is surer than this: of the surest on development news 96 in 100 are right (docs/geoparsing.md)."""

NEAR_KM = 300.0
"""Beyond this, nearness says nothing."""

SURE_MARGIN = 1.5
"""A candidate this far ahead of the next is an anchor for the rest of the text."""

_LEVELS = {"PCLI": 2.2, "PPLC": 0.5, "PPLA": 0.5, "PPLA2": 0.5, "PPL": 0.5}
"""Without a class word الرقة is the town, not the governorate, and تونس the country, not its capital."""

SHADDA = "\u0651"

Features = list[tuple[str, float]]


_key = lru_cache(maxsize=65_536)(name_key)


@dataclass(slots=True)
class Anchors:
    """What a text is certainly about."""

    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """ISO country -> number of sure mentions in it, a country's own name counted double."""
    places: dict[str, Entry] = field(default_factory=dict)
    """The first `MAX_ANCHORS` sure towns by place_id: nearness to more of them tells no more and costs time."""
    near: dict[str, float] = field(default_factory=dict)
    """place_id -> km to the nearest of `places`; filled as asked."""
    keys: set[str] = field(default_factory=set)
    """Folded names of sure places: a quarter's city, a district's governorate."""
    senses: dict[tuple[str, str], str] = field(default_factory=dict)
    """(name key, class word) -> place_id that the text told apart by the words beside it."""

    def add(self, mention: Mention, entry: Entry) -> None:
        """The text certainly names `entry`."""
        if entry.feature_class == "P" and len(self.places) < MAX_ANCHORS:
            self.places.setdefault(entry.place_id, entry)
        self.keys.update((mention.names[0], _key(entry.name_ar)))
        for country in filter(None, entry.country.split(",")):
            self.weights[country] += 2.0 if entry.feature_code == "PCLI" else 1.0

    def nearest_km(self, entry: Entry) -> float:
        """Kilometres from `entry` to the nearest other sure town; infinite if there is none."""
        if entry.place_id not in self.near:
            self.near[entry.place_id] = min(
                (
                    distance_km(place.lat, place.lon, entry.lat, entry.lon)
                    for place in self.places.values()
                    if place.place_id != entry.place_id
                ),
                default=math.inf,
            )
        return self.near[entry.place_id]

    def share(self, country: str) -> float:
        """This country's part in the sure mentions, 0 to 1."""
        if country not in self.weights:
            return 0.0
        return self.weights[country] / sum(self.weights.values())


class Resolver:
    """Chooses the entry each mention means."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.lexicon = gazetteer.lexicon
        self._usual: dict[str, tuple[str, str]] = {}
        self._options: dict[tuple[str, ...], list[Entry]] = {}
        self._bare: dict[tuple[object, ...], list[Candidate]] = {}

    def resolve(self, text: str, mentions: Sequence[Mention], source: str | None = None) -> list[Resolution]:
        """One resolution for each mention, in their order; ``entry is None`` where nothing fits.

        `source` is the outlet, where it is known: its readers' country counts where the text leaves a name open.
        """
        home = self.lexicon.home_country(source)
        options = [self._entries(mention) for mention in mentions]
        beside = [
            self._beside(text, mentions, index) if len(options[index]) > 1 else NOTHING_BESIDE
            for index in range(len(mentions))
        ]
        first = [self._rank(m, o, b, home) for m, o, b in zip(mentions, options, beside, strict=True)]
        anchors = self._anchors(mentions, first)
        final = [_with_text(mention, ranked, anchors) for mention, ranked in zip(mentions, first, strict=True)]
        return [_resolution(mention, ranked) for mention, ranked in zip(mentions, final, strict=True)]

    def _entries(self, mention: Mention) -> list[Entry]:
        """The entries that any of the mention's names can mean, each once; kept, for the same names come again."""
        found = self._options.get(mention.names)
        if found is None:
            by_id: dict[str, Entry] = {}
            for key in mention.names:
                for entry in self.gazetteer.entries(key)[:MAX_CANDIDATES]:
                    by_id.setdefault(entry.place_id, entry)
            found = self._options[mention.names] = list(by_id.values())
        return found

    def _rank(self, mention: Mention, options: list[Entry], beside: Beside, home: str) -> list[Candidate]:
        """The candidates by what stands beside the mention alone, best first; where nothing does, they are kept."""
        if beside.country or beside.places or SHADDA in mention.surface:
            return self._weigh(mention, options, beside, home)
        key = (mention.names, mention.class_word, home)
        found = self._bare.get(key)
        if found is None:
            found = self._bare[key] = self._weigh(mention, options, beside, home)
        return found

    def _weigh(self, mention: Mention, options: list[Entry], beside: Beside, home: str) -> list[Candidate]:
        if len(options) == 1:
            return [_candidate(options[0], (("prominence", 0.8 * options[0].prominence),))]
        shadda = SHADDA in mention.surface and any(SHADDA in entry.name_ar for entry in options)
        ranked = []
        countries = {entry.country for entry in options if entry.feature_code == "PCLI"}
        for entry in options:
            features: Features = [("prominence", 0.8 * entry.prominence)]
            features += self._class_features(mention, entry)
            if any(key in self._usual_names(entry) for key in mention.names):
                features.append(("usual name", 0.5))
            features += _beside_features(entry, beside)
            if entry.country in countries and entry.feature_class == "P" and not mention.class_word:
                features.append(("country before its town", -2.0))
            if home and home in entry.country.split(","):
                features.append(("the outlet's country", HOME_WEIGHT))
            if shadda:
                features.append(("spelling", 1.5 if SHADDA in entry.name_ar else -1.5))
            ranked.append(_candidate(entry, tuple(features)))
        return _best_first(ranked)

    def _usual_names(self, entry: Entry) -> tuple[str, str]:
        """The keys of the entry's own two names: Victoria is also a name of Hong Kong, but not its usual one."""
        keys = self._usual.get(entry.place_id)
        if keys is None:
            keys = self._usual[entry.place_id] = (_key(entry.name), _key(entry.name_ar))
        return keys

    def _class_features(self, mention: Mention, entry: Entry) -> Features:
        word = self.lexicon.class_words.get(mention.class_word or "")
        if word is None or "*" in word.codes:
            return [("level", _LEVELS.get(entry.feature_code, 0.0))]
        if word.fits(entry.feature_code):
            return [("class word", 2.5)]
        return [("class word", -1.0 if word.strength else 0.0)]

    def _beside(self, text: str, mentions: Sequence[Mention], index: int) -> Beside:
        mention = mentions[index]
        beside = Beside()
        if text.startswith(" ", mention.end) and (after := TOKEN.match(text, mention.end + 1)):
            key = fold_key(after[0])
            if self.lexicon.cues.get(key, 0) & Cue.DEMONYM:
                beside.country = self.lexicon.country_of_demonym(key)
        for near in (index + 1, index - 1):
            if 0 <= near < len(mentions):
                other = mentions[near]
                between = text[mention.end : other.start] if near > index else text[other.end : mention.start]
                if len(between) <= 25 and "\n" not in between and "." not in between:
                    beside.places += [(entry, near > index) for entry in self._entries(other)[:3]]
        return beside

    def _anchors(self, mentions: Sequence[Mention], ranked: list[list[Candidate]]) -> Anchors:
        anchors = Anchors()
        for mention, candidates in zip(mentions, ranked, strict=True):
            if not candidates or mention.kind is not Kind.LITERAL:
                continue
            best = candidates[0]
            if len(candidates) == 1:
                anchors.add(mention, best.entry)
                continue
            margin = best.score - candidates[1].score
            told = any(name in ("nationality", "beside", "class word") and value > 1 for name, value in best.features)
            if told and margin > 0.5:
                anchors.senses.setdefault((mention.names[0], mention.class_word or ""), best.entry.place_id)
            same_country = all(
                c.entry.country == best.entry.country for c in candidates if c.score > best.score - SURE_MARGIN
            )
            if margin < SURE_MARGIN and not same_country:
                continue
            if best.entry.prominence < 2 and not told:
                continue
            anchors.add(mention, best.entry)
        return anchors


@dataclass(slots=True)
class Beside:
    """What stands right beside a mention."""

    country: str = ""
    """Of the nationality adjective after it (الرقة السورية)."""
    places: list[tuple[Entry, bool]] = field(default_factory=list)
    """Entries of the neighbouring mentions; True = it comes after."""


NOTHING_BESIDE = Beside()


def _beside_features(entry: Entry, beside: Beside) -> Features:
    found: Features = []
    if beside.country:
        found.append(("nationality", 2.5 if beside.country in entry.country.split(",") else -0.5))
    if any(_contains(place, entry) for place, _ in beside.places):
        found.append(("beside", 2.0))
    near = [
        place for place, _ in beside.places if place.feature_class in ("P", "T") and place.place_id != entry.place_id
    ]
    nearest = min((distance_km(place.lat, place.lon, entry.lat, entry.lon) for place in near), default=math.inf)
    if nearest < NEAR_KM:
        found.append(("near the place beside", round(1.2 * (1.0 - nearest / NEAR_KM), 3)))
    return found


def _contains(area: Entry, entry: Entry) -> bool:
    """True if `entry` lies in `area`, a country, a division or the city of a quarter."""
    if area.place_id == entry.place_id:
        return False
    if area.feature_code == "PCLI":
        return area.country in entry.country.split(",") and entry.feature_code != "PCLI"
    if entry.within and _key(entry.within) == _key(area.name_ar) and _shares_country(area, entry):
        return True
    if area.feature_code == "ADM1" and area.admin1 and area.admin1 == entry.admin1 and area.country == entry.country:
        return True
    if area.feature_code.startswith("ADM") and area.radius_km and _shares_country(area, entry):
        return distance_km(area.lat, area.lon, entry.lat, entry.lon) <= 1.3 * area.radius_km
    return False


def _shares_country(one: Entry, other: Entry) -> bool:
    return bool(set(one.country.split(",")) & set(other.country.split(",")))


def _candidate(entry: Entry, features: tuple[tuple[str, float], ...]) -> Candidate:
    return Candidate(entry=entry, score=round(sum([value for _, value in features]), 3), features=features)


def _best_first(candidates: list[Candidate]) -> list[Candidate]:
    if len(candidates) > 1:
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.entry.place_id))
    return candidates


def _with_text(mention: Mention, ranked: list[Candidate], anchors: Anchors) -> list[Candidate]:
    """The candidates again, with what the rest of the text says of each."""
    if len(ranked) < 2:
        return ranked
    return _best_first([_candidate(c.entry, (*c.features, *_text_features(mention, c.entry, anchors))) for c in ranked])


def _text_features(mention: Mention, entry: Entry, anchors: Anchors) -> Features:
    found: Features = []
    countries = [country for country in entry.country.split(",") if country]
    if countries:
        found.append(("country of the text", round(2.2 * max(anchors.share(country) for country in countries), 3)))
    if entry.within and _key(entry.within) in anchors.keys:
        found.append(("lies in a place of the text", 1.2))
    nearest = anchors.nearest_km(entry)
    if nearest < NEAR_KM:
        found.append(("near a place of the text", round(1.0 - nearest / NEAR_KM, 3)))
    sense = anchors.senses.get((mention.names[0], "")) or anchors.senses.get(
        (mention.names[0], mention.class_word or "")
    )
    if sense == entry.place_id:
        found.append(("one sense per text", 1.0))
    return found


def _resolution(mention: Mention, ranked: list[Candidate]) -> Resolution:
    if not ranked:
        return Resolution(mention=mention, entry=None, confidence=0.0, rule="not in the gazetteer")
    best = ranked[0]
    alone = len(ranked) == 1
    return Resolution(
        mention=mention,
        entry=best.entry,
        confidence=_confidence(3.0 if alone else round(best.score - ranked[1].score, 3), mention.score),
        rule="only candidate" if alone else _telling_feature(best, ranked[1]),
        candidates=tuple(ranked[:8]),
    )


@lru_cache(maxsize=65_536)
def _confidence(margin: float, score: float) -> float:
    """How often a choice is right that leads by `margin`, of a mention that scored `score` (docs/geoparsing.md)."""
    return round(min(CEILING, 1 / (1 + math.exp(-(0.6 + 0.9 * min(margin, 4.0) + 0.3 * min(score, 4.0))))), 3)


def _telling_feature(best: Candidate, second: Candidate) -> str:
    """The feature in which the choice is most ahead of the runner-up."""
    behind = dict(second.features)
    return max(best.features, key=lambda feature: feature[1] - behind.get(feature[0], 0.0))[0]


@dataclass(frozen=True, slots=True)
class Geoparser:
    """Text in, resolutions out: the recogniser and the resolver over one gazetteer."""

    recognizer: Recognizer
    resolver: Resolver

    @classmethod
    @lru_cache(maxsize=2)
    def over(cls, gazetteer: Gazetteer) -> Geoparser:
        """The geoparser by rules over this gazetteer; asked twice, the same one, its memo warm."""
        return cls(RuleRecognizer(gazetteer), Resolver(gazetteer))

    @classmethod
    def from_settings(cls, gazetteer: Gazetteer, settings: Settings) -> Geoparser:
        """The geoparser with the recogniser that the settings name; the same one until its recipe changes.

        `SettingsError` if there is no such recogniser or it lacks what it needs.
        """
        if settings.recognizer == RULES:
            return cls.over(gazetteer)
        return _with_plugin(gazetteer, settings, plugins.recipe(settings))

    def geoparse(self, text: str, source: str | None = None) -> list[Resolution]:
        """The mentions of `text` in order, each with what it means; `source` is the outlet, if known."""
        return self.resolver.resolve(text, self.recognizer.recognize(text), source)


@lru_cache(maxsize=1)
def _with_plugin(gazetteer: Gazetteer, settings: Settings, recipe: str) -> Geoparser:
    """Kept, because a model takes seconds to load; `recipe` is asked for only to notice that it has changed."""
    return Geoparser(plugins.load_recognizer(settings.recognizer, gazetteer, settings), Resolver(gazetteer))


def geoparse(text: str, gazetteer: Gazetteer, source: str | None = None) -> list[Resolution]:
    """The mentions of `text` in order, found by the rules, each resolved; `source` is the outlet, if known."""
    return Geoparser.over(gazetteer).geoparse(text, source)
