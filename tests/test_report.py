"""The page on one place: what it says, in both languages, what it refuses, and that hostile text stays text."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from places import LIBYA, MOSUL, article, geoparse

from geo import __main__ as cli
from geo.errors import QuestionError
from geo.export import export
from geo.store import Atlas, Filters, Writer
from geo.store.wanted import Wanted, count_days, leading_mentions
from geo.views.words import words_for

HOSTILE = (
    "</style></title><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\" ${window.ran = 1} \u202e"
)
ARTICLES = [
    article(
        "من الموصل إلى سرت ثم الموصل",
        "a1",
        title="عنوان",
        author="سالم",
        source="الشرق",
        published="2017-10-25",
        path="a1.txt",
    ),
    article(f"{HOSTILE} في الموصل", "a2", title=HOSTILE, author=HOSTILE, source=HOSTILE, url="javascript:window.ran=1"),
    article("وصل من ليبيا إلى الموصل. وفي الموصل", "a3", title="ثالث", published="2018"),
]


class Reader(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    return folder


@pytest.fixture
def made(folder, tmp_path):
    def write(place: str, lang: str = "en", **wanted) -> Reader:
        output = tmp_path / f"{lang}.html"
        words = words_for(lang, "ar-IQ")
        export(Atlas.open(folder), Wanted(place_ids=(place,), **wanted), "report", output, words=words)
        return Reader(output)

    return write


def test_it_names_place_counts_sentences_and_citations(made):
    text = "".join(made(MOSUL.place_id).text)
    assert "Mosul" in text
    assert "5 mentions in 3 articles" in text
    assert "من الموصل إلى سرت ثم الموصل" in text
    assert "سالم, “عنوان”, الشرق, 25 October 2017, a1.txt" in text
    assert "GeoNames (CC BY 4.0" in text
    assert "Not filtered" in text


def test_it_speaks_arabic(made):
    reader = made(MOSUL.place_id, "ar")
    text = "".join(reader.text)
    assert "5 إشارات في 3 مقالات" in text
    assert "سالم، «عنوان»، الشرق، 25 تشرين الأول 2017، a1.txt" in text
    assert "200 كم" in text


def test_a_sentence_stands_there_once(made):
    text = "".join(made(MOSUL.place_id).text)
    assert text.count("من الموصل إلى سرت ثم الموصل") == 1


def test_hostile_text_stays_text(made):
    reader = made(MOSUL.place_id)
    assert not {"script", "img", "a", "iframe", "link"} & set(reader.tags)
    assert HOSTILE.split(" ${")[0] in "".join(reader.text)


def test_filters_are_obeyed_and_told(made):
    text = "".join(made(MOSUL.place_id, filters=Filters(since=date(2018, 1, 1), sources=())).text)
    assert "2 mentions in 1 article" in text
    assert "Filtered by: from 1 January 2018" in text
    assert "عنوان" not in text


def test_a_country_is_its_outline_not_a_point(made):
    reader = made(LIBYA.place_id)
    assert "circle" not in reader.tags[: reader.tags.index("text")]
    assert f"{LIBYA.lat:.4f}" not in "".join(reader.text)


def test_it_is_of_one_place(folder, tmp_path):
    with pytest.raises(QuestionError, match="of one place; name one with --place: geonames"):
        export(Atlas.open(folder), Wanted(), "report", tmp_path / "r.html")
    with pytest.raises(QuestionError, match="no mention fits"):
        export(Atlas.open(folder), Wanted(place_ids=("nowhere:1",)), "report", tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()


def test_the_command_makes_it(folder, tmp_path, capsys):
    output = tmp_path / "mosul.html"
    options = ["--place", "الموصل", "--report-lang", "ar", "--store", str(folder), "--output", str(output)]
    assert cli.main(["export", "--format", "report", *options]) == 0
    assert "on one page" in capsys.readouterr().err
    assert 'lang="ar" dir="rtl"' in output.read_text(encoding="utf-8")


def test_the_leading_mentions_are_those_of_the_articles_that_name_it_most(folder):
    atlas = Atlas.open(folder)
    found = leading_mentions(atlas, Wanted(place_ids=(MOSUL.place_id,)), limit=9)
    assert [item.article_id for _, item in found] == ["a1", "a3", "a2", "a1", "a3"]
    assert {day and day.year: n for day, n in count_days(atlas, Wanted()).items()} == {2017: 3, 2018: 3, None: 1}
