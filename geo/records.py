"""The nouns of the house, frozen: what one module hands to the next.

Coordinates are WGS84 degrees, latitude first. Offsets are Unicode code points into `Article.text` as stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mention stands for."""

    LITERAL = "literal"
    """The place itself; also a capital that stands for its government."""
    ASSOCIATIVE = "associative"
    """A place name inside the name of an organisation, a newspaper, a club: counted apart."""


class Geometry(StrEnum):
    """How an entry may honestly be drawn."""

    POINT = "point"
    AREA = "area"
    """A country, a division, a region, a sea: its coordinate is only a handle, never its position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One distinct text."""

    article_id: str
    """Hash of the normalised text (hex), so that the same text read twice is one article."""
    text: str
    """The text as shown and quoted; every offset in the atlas counts its code points."""
    title: str = ""
    author: str | None = None
    source: str | None = None
    """Who published it: outlet, centre, agency."""
    published: str | None = None
    """ISO 8601 date or a leading part of one (``2017``, ``2017-10``, ``2017-10-25``); None = not stated."""
    language: str | None = None
    """ISO 639-1 code; None = not stated."""
    path: str | None = None
    """Where it was read from, relative to the corpus folder."""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An input that could not be read, or was read with doubt: named, counted and shown, never dropped."""

    path: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One occurrence of a toponym in one text."""

    start: int
    """Offset into the text in code points, counted before any folding."""
    end: int
    """Offset past the last character: ``text[start:end] == surface``."""
    surface: str
    """The surface form: the name as printed, attached proclitics left out, the article kept."""
    kind: Kind = Kind.LITERAL
    rule: str = ""
    """What decided that this is a place name, e.g. ``name``, ``class word``, ``list``."""
    score: float = 0.0
    """The recogniser's score; 0 is its threshold."""
    names: tuple[str, ...] = ()
    """The gazetteer keys (folded names) this surface can stand for, best first."""
    class_word: str | None = None
    """The class word before the name (folded), e.g. ``محافظه``: it tells the province from its capital."""
    modifier: str | None = None
    """A direction or part before or after the name as printed (``شمال شرق``, ``ريف``); None = none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place of the gazetteer."""

    place_id: str
    """Says where the entry comes from: ``geonames:99072``, ``cldr:LY``, ``atlas:sy-jabal-abd-al-aziz``."""
    name: str
    """The usual name in Latin script."""
    name_ar: str
    """The usual name in Arabic script; empty if the gazetteer knows none."""
    lat: float
    lon: float
    feature_class: str
    """GeoNames class: A country or division, P populated place, H water, T mountain or island, L area, S spot."""
    feature_code: str
    """GeoNames code, e.g. ``PCLI`` country, ``ADM1`` first-order division, ``PPLX`` quarter, ``STM`` river."""
    country: str
    """ISO 3166-1 alpha-2; several joined by commas if it crosses borders; empty for seas and world regions."""
    admin1: str = ""
    """GeoNames code of the first-order division, e.g. ``15`` (Nineveh, with country ``IQ``); empty = not known."""
    within: str = ""
    """Arabic name of the place that contains it, e.g. the city of a quarter; empty = not known."""
    population: int = 0
    """0 also where it is not known: GeoNames has many district seats with 0."""
    radius_km: float | None = None
    """Radius of a circle of equal area; None for points."""
    prominence: float = 0.0
    """How often news names it, 0 (hardly ever) to 5 (every day): given by hand or derived from population."""

    @property
    def geometry(self) -> Geometry:
        """Areas are areas: only populated places, spots and peaks are points."""
        area = self.feature_class == "A" or self.feature_code in AREA_CODES
        return Geometry.AREA if area else Geometry.POINT


AREA_CODES = frozenset(
    "CONT RGN RGNE SEA OCN GULF STRT STM CNL LK RSV BAY WAD MTS ISLS PEN DSRT PLN VAL FRST CSTL ZN".split()
)
"""Feature codes outside class A whose places cover ground that a pin would misstate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry that a mention could mean, scored."""

    entry: Entry
    score: float
    features: tuple[tuple[str, float], ...] = ()
    """Each feature's share of `score`, in order of evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a mention means: the chosen entry, or None = unresolved."""

    mention: Mention
    entry: Entry | None
    confidence: float
    """0 to 1: how often such a choice is right."""
    rule: str = ""
    candidates: tuple[Candidate, ...] = ()
    """Best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMention:
    """A row of the mentions table: one mention with what it was resolved to."""

    article_id: str
    start: int
    end: int
    surface: str
    kind: Kind
    place_id: str | None
    """None = unresolved."""
    confidence: float
    rule: str
    modifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """A place with what the atlas holds on it."""

    entry: Entry
    mentions: int
    articles: int
    texts: int | None = None
    """Distinct texts among the articles: near-copies (wire copy) count once. None = not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """One mention in its sentence (keyword in context): three slices of the article, word for word."""

    article_id: str
    start: int
    end: int
    left: str
    keyword: str
    right: str
    cut_left: bool = False
    """True if the sentence goes on before `left`."""
    cut_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasSummary:
    """What one finished run left in the atlas."""

    articles: int
    mentions: int
    """All mentions: ``placed + unplaced + associative``."""
    placed: int
    """Literal mentions with a place."""
    unplaced: int
    """Literal mentions that were not resolved: in the text, not on the map."""
    associative: int
    places: int
    """Distinct places with a literal mention: what the map shows."""
    texts: int
    """Articles without those that are near-copies of another one."""
    finished_at: datetime
    """When the run ended (UTC)."""
