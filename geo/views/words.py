"""Every text of the interface, in English and in Arabic, with their plurals, dates and names of countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from babel import Locale
from babel.dates import format_date

from geo.records import Entry
from geo.views.kinds import kind_names

MOST_COUNTRIES = 3
"""A region of more countries than this is not described by listing them."""

Forms = Mapping[str, str]
"""Plural category of CLDR (zero, one, two, few, many, other) -> text with ``{n}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts that the browser needs as they are."""

    title: str
    switch: str
    """The name of the other language, in that language."""
    panel: str
    choose_title: str
    choose_text: str
    search: str
    none_found: str
    """With ``{query}``."""
    legend_place: str
    legend_area: str
    legend_outline: str
    all_places: str
    back_to_excerpts: str
    open_article: str
    more: str
    unplaced: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language of the interface."""

    lang: str
    direction: str
    other_lang: str
    texts: Texts
    comma: str
    line: str
    """With ``{articles}``."""
    mentions_in: str
    """With ``{mentions}`` and ``{articles}``."""
    more_here: str
    """With ``{n}``."""
    untitled: str
    loading: str
    reading: str
    """With ``{read}``."""
    unknown_place: str
    unknown_article: str
    no_corpus: str
    """With ``{folder}``."""
    empty_corpus: str
    """With ``{folder}``."""
    no_places: str
    broken: str
    mentions: Forms
    articles: Forms
    """As they follow "in"."""
    files: Forms

    @property
    def arabic(self) -> bool:
        return self.lang == "ar"

    def count(self, forms: Forms, n: int) -> str:
        """``n`` things, in the form that the language uses for that many."""
        category = Locale(self.lang).plural_form(n)
        return forms.get(category, forms["other"]).format(n=f"{n:,}")

    def mentions_in_articles(self, mentions: int, articles: int) -> str:
        """
        >>> ENGLISH.mentions_in_articles(19, 4), ARABIC.mentions_in_articles(2, 1)
        ('19 mentions in 4 articles', 'إشارتان في مقال واحد')
        """
        return self.mentions_in.format(
            mentions=self.count(self.mentions, mentions), articles=self.count(self.articles, articles)
        )

    def kind(self, entry: Entry) -> str:
        """City, governorate, river, ..."""
        return kind_names(entry)[self.arabic]

    def countries(self, entry: Entry) -> str:
        """The names of the countries that the place lies in; empty for a country itself and for what crosses many."""
        codes = [code for code in entry.country.split(",") if code]
        if entry.feature_code.startswith("PCL") or len(codes) > MOST_COUNTRIES:
            return ""
        names = Locale(self.lang).territories
        return self.comma.join(str(names.get(code, code)) for code in codes)

    def facts(self, entry: Entry) -> str:
        """Kind and country in a line."""
        line = self.comma.join(fact for fact in (self.kind(entry), self.countries(entry)) if fact)
        return line[:1].upper() + line[1:]

    def names(self, entry: Entry) -> tuple[str, str]:
        """The name in this language's script, and in the other one; what is not known or the same is empty."""
        first, second = (entry.name_ar, entry.name) if self.arabic else (entry.name, entry.name_ar)
        return first or second or entry.place_id, second if first and second != first else ""

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
        pattern = {1: "y", 2: "MMMM y"}.get(len(parts), "d MMMM y")
        return format_date(moment, pattern, locale=self.lang)

    def for_browser(self, **filled: str) -> dict[str, str]:
        """The texts that the browser needs, and more that were filled in."""
        return {**asdict(self.texts), **filled}


ENGLISH = Words(
    lang="en",
    direction="ltr",
    other_lang="ar",
    comma=", ",
    texts=Texts(
        title="Article Atlas",
        switch="العربية",
        panel="Reading panel",
        choose_title="Choose a place",
        choose_text="Click it on the map, or choose it here, to read what the articles say about it.",
        search="Search the places",
        none_found="No place is called “{query}”.",
        legend_place="town or site",
        legend_area="governorate, region, sea",
        legend_outline="country",
        all_places="All places",
        back_to_excerpts="Back to the excerpts",
        open_article="Read in the article",
        more="More excerpts",
        unplaced="This name was not found in the gazetteer",
    ),
    line="Every place named in {articles}, on one map.",
    mentions_in="{mentions} in {articles}",
    more_here="More places here: {n}. Zoom in to see them.",
    untitled="Untitled",
    loading="Loading the gazetteer …",
    reading="Reading the articles: {read} so far",
    unknown_place="The address asks for a place that none of these articles names.",
    unknown_article="The address asks for an article that is not here.",
    no_corpus="There is no folder {folder}. Start again with the one that holds your articles: make run CORPUS=path",
    empty_corpus="There is no article to read in {folder}. Put text files (.txt) there and reload this page.",
    no_places="No place name was found in these articles.",
    broken="The atlas cannot be read.",
    mentions={"one": "{n} mention", "other": "{n} mentions"},
    articles={"one": "{n} article", "other": "{n} articles"},
    files={"one": "{n} file needs a look", "other": "{n} files need a look"},
)

ARABIC = Words(
    lang="ar",
    direction="rtl",
    other_lang="en",
    comma="، ",
    texts=Texts(
        title="أطلس المقالات",
        switch="English",
        panel="لوحة القراءة",
        choose_title="اختر مكانًا",
        choose_text="انقره على الخريطة أو اختره من هنا لتقرأ ما تقوله المقالات عنه.",
        search="ابحث في الأماكن",
        none_found="لا مكان بهذا الاسم: «{query}».",
        legend_place="مدينة أو موقع",
        legend_area="محافظة أو منطقة أو بحر",
        legend_outline="دولة",
        all_places="كل الأماكن",
        back_to_excerpts="العودة إلى المقتطفات",
        open_article="اقرأه في المقال",
        more="مقتطفات أخرى",
        unplaced="لا يوجد هذا الاسم في معجم الأماكن",
    ),
    line="كل مكان ورد ذكره في {articles}، على خريطة واحدة.",
    mentions_in="{mentions} في {articles}",
    more_here="أماكن أخرى هنا: {n}. كبّر الخريطة لتراها.",
    untitled="بلا عنوان",
    loading="يجري تحميل معجم الأماكن…",
    reading="تجري قراءة المقالات، وقد قُرئ منها {read}",
    unknown_place="يطلب هذا العنوان مكانًا لا يذكره أي من هذه المقالات.",
    unknown_article="يطلب هذا العنوان مقالًا غير موجود هنا.",
    no_corpus="المجلد {folder} غير موجود. أعد التشغيل مع ذكر مجلد مقالاتك: make run CORPUS=path",
    empty_corpus="لا مقالات في المجلد {folder}. ضع فيه ملفات نصية (.txt) ثم أعد تحميل هذه الصفحة.",
    no_places="لم يُعثر على اسم مكان في هذه المقالات.",
    broken="تعذرت قراءة الأطلس.",
    mentions={
        "zero": "لا إشارة",
        "one": "إشارة واحدة",
        "two": "إشارتان",
        "few": "{n} إشارات",
        "many": "{n} إشارة",
        "other": "{n} إشارة",
    },
    articles={
        "zero": "لا مقال",
        "one": "مقال واحد",
        "two": "مقالين",
        "few": "{n} مقالات",
        "many": "{n} مقالًا",
        "other": "{n} مقال",
    },
    files={
        "one": "ملف واحد يحتاج إلى نظرة",
        "two": "ملفان يحتاجان إلى نظرة",
        "few": "{n} ملفات تحتاج إلى نظرة",
        "many": "{n} ملفًا يحتاج إلى نظرة",
        "other": "{n} ملف يحتاج إلى نظرة",
    },
)


def words_for(lang: str) -> Words:
    """The interface in Arabic or in English."""
    return ARABIC if lang == "ar" else ENGLISH
