"""How the interface speaks: its texts in one language, plurals, digits, dates, names of places and countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date

from geo.records import Entry
from geo.views import arabic, english
from geo.views.kinds import kind_names

if TYPE_CHECKING:
    from geo.store.narrowed import Totals

MOST_COUNTRIES = 3
"""A region of more countries than this is not described by listing them."""
LEVANT = frozenset({"IQ", "SY", "LB", "JO", "PS"})
"""Where the months are called كانون الثاني, شباط, آذار, ...; elsewhere يناير, فبراير, مارس, ..."""
ARABIC_DIGITS = {ord("0") + n: chr(ord("\u0660") + n) for n in range(10)}

Forms = Mapping[str, str]
"""Plural category of CLDR (zero, one, two, few, many, other) -> text with ``{n}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language of the interface."""

    lang: str
    texts: Mapping[str, str]
    forms: Mapping[str, Forms]
    locale: str
    """For dates: ``en_GB``, ``ar`` or ``ar_IQ``."""
    arabic_digits: bool = False

    @property
    def arabic(self) -> bool:
        return self.lang == "ar"

    @property
    def direction(self) -> str:
        return "rtl" if self.arabic else "ltr"

    @property
    def other_lang(self) -> str:
        return "en" if self.arabic else "ar"

    @property
    def comma(self) -> str:
        return "، " if self.arabic else ", "

    def key(self) -> tuple[str, str, bool]:
        """What tells one from another, for caches."""
        return self.lang, self.locale, self.arabic_digits

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def say(self, key: str, **values: object) -> str:
        """The text with its blanks filled in."""
        return self.texts[key].format(**values)

    def number(self, n: int) -> str:
        """In the digits that the reader chose, thousands apart.

        >>> ENGLISH.number(1234), words_for("ar", arabic_digits=True).number(1234)
        ('1,234', '١٬٢٣٤')
        """
        text = f"{n:,}"
        return text.replace(",", "\u066c").translate(ARABIC_DIGITS) if self.arabic_digits else text

    def percent(self, share: float) -> str:
        """A share of one in hundredths."""
        return f"{self.number(round(100 * share))}{'٪' if self.arabic_digits else '%'}"

    def count(self, what: str, n: int) -> str:
        """``n`` things, in the form that the language uses for that many."""
        forms = self.forms[what]
        category = Locale(self.lang).plural_form(n)
        return forms.get(category, forms["other"]).format(n=self.number(n))

    def articles(self, articles: int, texts: int | None = None) -> str:
        """So many articles; and how many distinct texts, where some are near-copies of others.

        >>> ENGLISH.articles(9, 7), ENGLISH.articles(9, 9), ARABIC.articles(9, 7)
        ('9 articles (7 distinct texts)', '9 articles', '9 مقالات (7 نصوص مختلفة)')
        """
        told = self.count("articles", articles)
        if texts is None or texts >= articles:
            return told
        return self.say("distinct", articles=told, texts=self.count("texts", texts))

    def mentions_in_articles(self, mentions: int, articles: int, texts: int | None = None) -> str:
        """
        >>> ENGLISH.mentions_in_articles(19, 4), ARABIC.mentions_in_articles(2, 1)
        ('19 mentions in 4 articles', 'إشارتان في مقال واحد')
        """
        counts = {"mentions": self.count("mentions", mentions), "articles": self.articles(articles, texts)}
        return self.say("mentions_in", **counts)

    def totals(self, totals: Totals) -> str:
        """Mentions, articles and places in a line."""
        return self.say(
            "totals",
            mentions=self.count("mentions", totals.mentions),
            articles=self.articles(totals.articles, totals.texts),
            places=self.count("places", totals.places),
        )

    def size(self, n: int) -> str:
        """So many bytes, as one says it.

        >>> ENGLISH.size(700), ENGLISH.size(51_200), ENGLISH.size(12_345_678)
        ('1 kB', '51 kB', '12.3 MB')
        """
        if n < 1_000_000:
            return self.say("kilobytes", n=self.number(max(1, round(n / 1_000))))
        text = f"{n / 1_000_000:.1f}"
        return self.say("megabytes", n=text.replace(".", "٫").translate(ARABIC_DIGITS) if self.arabic_digits else text)

    def kind(self, entry: Entry) -> str:
        """City, governorate, river, ..."""
        return kind_names(entry)[self.arabic]

    def country(self, code: str) -> str:
        """The name of a country by its ISO code; the code itself if it has none."""
        return str(Locale(self.lang).territories.get(code, code))

    def language(self, code: str) -> str:
        """The name of a language by its ISO code; the code itself if it has none."""
        return str(Locale(self.lang).languages.get(code, code))

    def none_stated(self, field: str) -> str:
        """That articles state no ``source``, ``author`` or ``language``, where a name of one could stand.

        >>> ENGLISH.none_stated("source")
        'Source: not stated'
        """
        return f"{self[field]}: {self[f'not_stated_{field}']}"

    def countries(self, entry: Entry) -> str:
        """The names of the countries that the place lies in; empty for a country itself and for what crosses many."""
        codes = [code for code in entry.country.split(",") if code]
        if entry.feature_code.startswith("PCL") or len(codes) > MOST_COUNTRIES:
            return ""
        return self.comma.join(map(self.country, codes))

    def facts(self, entry: Entry) -> str:
        """Kind and country in a line."""
        line = self.comma.join(fact for fact in (self.kind(entry), self.countries(entry)) if fact)
        return line[:1].upper() + line[1:]

    def names(self, entry: Entry) -> tuple[str, str]:
        """The name in this language's script, and in the other one; what is not known or the same is empty."""
        first, second = (entry.name_ar, entry.name) if self.arabic else (entry.name, entry.name_ar)
        return first or second or entry.place_id, second if first and second != first else ""

    def name(self, entry: Entry) -> str:
        """The name in this language's script, else in the other one."""
        return self.names(entry)[0]

    def day(self, published: str | None) -> str:
        """A date as far as it is known; what is no date stands as it is.

        >>> ENGLISH.day("2017-10-25"), ENGLISH.day("2017-10"), ENGLISH.day("2017"), ENGLISH.day("spring")
        ('25 October 2017', 'October 2017', '2017', 'spring')
        """
        if not published:
            return ""
        parts = published.split("T")[0].split("-")
        try:
            moment = date(*(int(part) for part in [*parts, "1", "1"][:3]))
        except (ValueError, OverflowError):
            return published
        return self.date(moment, {1: "y", 2: "MMMM y"}.get(len(parts), "d MMMM y"))

    def span(self, first: date, last: date, pattern: str = "d MMMM y") -> str:
        """From one day to another; each on an island of direction where its digits run against the line."""
        days = list(dict.fromkeys(self.date(day, pattern) for day in (first, last)))
        return " – ".join(f"\u2068{day}\u2069" if self.arabic_digits and not self.arabic else day for day in days)

    def date(self, day: date, pattern: str = "d MMMM y") -> str:
        """A day by one of CLDR's patterns.

        >>> words_for("ar", "ar-SY", arabic_digits=True).date(date(2017, 10, 5))
        '٥ تشرين الأول ٢٠١٧'
        """
        text = format_date(day, pattern, locale=self.locale)
        return text.translate(ARABIC_DIGITS) if self.arabic_digits else text


ENGLISH = Words(lang="en", texts=english.TEXTS, forms=english.FORMS, locale="en_GB")
ARABIC = Words(lang="ar", texts=arabic.TEXTS, forms=arabic.FORMS, locale="ar")


def words_for(lang: str, browser: str = "", *, arabic_digits: bool = False) -> Words:
    """The interface in Arabic or in English, with the month names of the browser's country (``ar-IQ``)."""
    if lang != "ar":
        return replace(ENGLISH, arabic_digits=arabic_digits)
    levant = browser.replace("_", "-").partition("-")[2].upper() in LEVANT
    return replace(ARABIC, locale="ar_IQ" if levant else "ar", arabic_digits=arabic_digits)
