"""Cue words around place names: class words, prepositions, persons, organisations. Read from data/lexicon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import GazetteerError
from geo.normalize import name_key


class Cue:
    """What a word beside a name says about it. Plain bits: `enum.IntFlag` costs ten times as much for each test."""

    NONE = 0
    INTO = 1
    """A preposition or noun that a place often follows (في، نحو، سكان)."""
    WEAK = 2
    PART = 4
    """A direction or part of a place (شمال، وسط)."""
    PERSON = 8
    """A title or kinship word that a person's name follows."""
    GIVEN = 16
    """A given name: what follows is a surname."""
    ORG = 32
    """A word whose name goes on with a place (جامعة، صحيفة)."""
    DEMONYM = 64
    """A nationality adjective."""
    ORG_AFTER = 128
    """A word that, after a name, makes it an organisation's (United, University, الديمقراطية)."""
    HEAD = 256
    """A word that begins names of two words (تل، عين، أم)."""
    SIDE = 512
    """An adjective of direction, size or age that goes on with a name (الشرقية، الكبرى، الجديدة)."""
    INSIDE = 1024
    """A word after which even a union of states is a place (داخل الاتحاد الأوروبي)."""
    TIME = 2048
    """A word of time: it follows a name without belonging to it (في باريس الأسبوع الماضي)."""
    ACCUSATIVE = 4096
    """A demonym in the accusative, spelled like its country (مواطنا روسيا)."""
    MOTION = 8192
    """A verb or noun of going, staying or happening: the preposition after it leads to a place."""
    PEOPLE = 16384
    """Inhabitants, streets, offices that only places have (سكان، شوارع، محافظ)."""
    CLUB = 32768
    """A word of sport: the town after it is a club (ريال مدريد، مهاجم برشلونة)."""


@dataclass(frozen=True, slots=True)
class ClassWord:
    """A noun that says what kind of place the next name is."""

    key: str
    codes: tuple[str, ...]
    """Feature codes it goes with; ``*`` = any."""
    many: bool
    """Dual or plural: it governs a whole list (مدينتي الرقة ودير الزور)."""
    keep: bool
    """True if the word is part of the span (نهر دجلة), False if the name alone is (مدينة الموصل)."""
    strength: float
    """1 = almost always a place follows, 0 = as often not."""

    def fits(self, code: str) -> bool:
        """True if it can name a place of this feature code."""
        return "*" in self.codes or any(code.startswith(prefix) for prefix in self.codes)


_STRENGTH = {"strong": 1.0, "weak": 0.5, "none": 0.0}
_CUES = {name.lower().replace("_", "-"): bit for name, bit in vars(Cue).items() if name.isupper()}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All cue words, by folded key."""

    class_words: dict[str, ClassWord]
    cues: dict[str, int]
    demonyms: dict[str, str]
    """Singular demonym -> ISO country; empty for peoples of no one country."""
    idioms: dict[str, tuple[str, ...]]
    """Word -> beginnings of the next word that make a phrase of it, not a place (مسقط رأسه)."""
    outlets: dict[str, str]
    """Folded name of an outlet -> ISO country of its readers."""

    def home_country(self, source: str | None) -> str:
        """The country an outlet writes for: from the table, else from a nationality in its name; empty = not known.

        A paper in Beirut means another طرابلس than one in Benghazi.
        """
        key = name_key(source or "")
        if key in self.outlets:
            return self.outlets[key]
        countries = [self.country_of_demonym(token) for token in key.split(" ") if token.startswith("ال")]
        return next(filter(None, countries), "")

    def country_of_demonym(self, token: str) -> str:
        """ISO country of an inflected, folded nationality adjective; empty if it is none or of several countries."""
        stem = token.removeprefix("ال")
        for ending in _DEMONYM_ENDINGS:
            if stem.endswith(ending) and (country := self.demonyms.get(stem[: len(stem) - len(ending)])):
                return country
        return ""


_DEMONYM_ENDINGS = ("", "ه", "ين", "ون", "ان", "تين", "تان", "ات")


def load_lexicon(folder: Path) -> Lexicon:
    """The cue words of ``folder/*.tsv``. Raises `GazetteerError` naming file and line of a bad row."""
    class_words = {}
    for where, (word, codes, number, span, strength) in _rows(folder / "class_words.tsv", 5):
        if number not in ("one", "many") or span not in ("keep", "drop") or strength not in _STRENGTH:
            raise GazetteerError(f"{where}: expected one|many, keep|drop, strong|weak|none; fix the row")
        key = name_key(word)
        class_words[key] = ClassWord(
            key, tuple(codes.split(",")), number == "many", span == "keep", _STRENGTH[strength]
        )
    cues: dict[str, int] = defaultdict(lambda: Cue.NONE)
    for where, (word, cue) in _rows(folder / "cues.tsv", 2):
        if cue not in _CUES:
            raise GazetteerError(f"{where}: unknown cue {cue!r}; use one of {', '.join(_CUES)}")
        cues[name_key(word)] |= _CUES[cue]
    for _, (name,) in _rows(folder / "given_names.tsv", 1):
        cues[name_key(name)] |= Cue.GIVEN
    demonyms: dict[str, str] = {}
    for _, (country, stems) in _rows(folder / "demonyms.tsv", 2):
        for stem in stems.split("|"):
            key = name_key(stem)
            demonyms[key] = country if demonyms.get(key, country) == country else ""
            for form in demonym_forms(key):
                cues[form] |= Cue.DEMONYM
            cues[key + "ا"] |= Cue.ACCUSATIVE
    idioms: dict[str, tuple[str, ...]] = {}
    for _, (word, following) in _rows(folder / "idioms.tsv", 2):
        idioms[name_key(word)] = (*idioms.get(name_key(word), ()), name_key(following))
    outlets = {
        name_key(outlet): country
        for _, (names, country) in _rows(folder / "outlets.tsv", 2)
        for outlet in names.split("|")
    }
    return Lexicon(class_words, dict(cues), demonyms, idioms, outlets)


def demonym_forms(stem: str) -> Iterator[str]:
    """Folded inflections of a folded nisba adjective, with and without the article.

    >>> sorted(demonym_forms("ليبي"))[:3]
    ['الليبي', 'الليبيات', 'الليبيان']
    """
    for ending in _DEMONYM_ENDINGS:
        yield stem + ending
        yield "ال" + stem + ending


def _rows(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if number == 1 or not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != columns:
            raise GazetteerError(f"{path.name}:{number}: {len(cells)} columns, expected {columns}; check the tabs")
        yield f"{path.name}:{number}", cells
