from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.excerpts import excerpt, sentence_span
from geo.records import Article, Excerpt

NBSP = "\u00a0"


def of(text: str, keyword: str = "سرت", max_chars: int = 200) -> Excerpt:
    start = text.index(keyword)
    return excerpt(Article(article_id="a", text=text), start, start + len(keyword), max_chars)


def sentence(text: str, keyword: str = "سرت") -> str:
    start = text.index(keyword)
    first, last = sentence_span(text, start, start + len(keyword))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("جاء أولا. ثم إلى سرت ليلا. وعاد.", "ثم إلى سرت ليلا."),
        ("جاء أولا.ثم إلى سرت ليلا.وعاد.", "ثم إلى سرت ليلا."),
        ("جاء أولا . ثم إلى سرت ليلا . وعاد .", "ثم إلى سرت ليلا ."),
        (f"جاء أولا.{NBSP}ثم إلى سرت{NBSP}ليلا.{NBSP}وعاد", f"ثم إلى سرت{NBSP}ليلا."),
        ("لماذا سرت؟ لا أحد يعلم.", "لماذا سرت؟"),
        ("سقطت سرت! نعم!", "سقطت سرت!"),
        ("أحقا؟! إلى سرت؟! نعم", "إلى سرت؟!"),
        ("قال «سقطت سرت.» ثم صمت.", "قال «سقطت سرت.»"),
        ('قال "سقطت سرت." ثم صمت.', 'قال "سقطت سرت."'),
        ("قال “سقطت سرت”. ثم صمت.", "قال “سقطت سرت”."),
        ('صمت."سقطت سرت" قال.', '"سقطت سرت" قال.'),
        ("(سقطت سرت.) ثم صمت.", "(سقطت سرت.)"),
    ],
)
def test_a_sentence_ends_at_its_stop(text, expected):
    assert sentence(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "وصل د. سالم ومعه م. علي إلى سرت",
        "من سرت أ.د. خالد بن علي",
        "انظر ص. 15 عن سرت",
        "بلغ 3.5 مليون في سرت و2.1 في غيرها",
        "بلغ ٣.٥ مليون في سرت",
        "في سرت، ثم غيرها؛ ثم عاد",
        "بعد سرت.. هل يبقى أحد",
        "بعد سرت ... لا أحد",
        "نقل موقع www.example.org عن سرت",
        "نشر https://example.org/a.html?b=1 عن سرت",
        "زار U.S. Army مدينة سرت",
        "قال Mr. Smith في سرت",
        "1. دخول سرت",
        "the rate (ca. five) in سرت",
    ],
)
def test_what_is_no_end_does_not_end_a_sentence(text):
    assert sentence(text) == text


def test_a_headline_without_a_stop_ends_at_its_line():
    assert sentence("معركة سرت\nبدأت أمس") == "معركة سرت"
    assert sentence("معركة أخرى\n\n  سرت بدأت") == "سرت بدأت"


def test_an_english_sentence_is_found():
    assert sentence("It rained. Troops left Sirte at 3.30 p.m. yesterday. Then?", "Sirte") == (
        "Troops left Sirte at 3.30 p.m. yesterday."
    )


def test_a_mention_across_a_line_end_keeps_both_lines():
    assert sentence("أ\nجبل عبد\nالعزيز شمالا\nب", "عبد\nالعزيز") == "جبل عبد\nالعزيز شمالا"


def test_a_short_sentence_is_quoted_whole():
    found = of("أولا. دخلت القوات سرت ليلا. ثم")
    assert (found.left, found.keyword, found.right) == ("دخلت القوات ", "سرت", " ليلا.")
    assert not found.cut_left
    assert not found.cut_right


def test_a_long_sentence_is_clipped_at_clauses():
    text = f"{'كلمة ' * 20}، في ذلك اليوم {'دخلت ' * 8}سرت {'ليلا ' * 8}كما قيل، {'كلمة ' * 20}"
    found = of(text, max_chars=130)
    assert found.left.startswith("في ذلك اليوم")
    assert found.right.endswith("كما قيل")
    assert found.cut_left
    assert found.cut_right


def test_a_long_sentence_without_clauses_is_clipped_at_spaces():
    found = of("كلمة " * 60 + "سرت" + " كلمة" * 60)
    assert found.left.startswith("كلمة ")
    assert found.right.endswith(" كلمة")
    assert 180 <= len(found.left + found.keyword + found.right) <= 200


def test_a_mention_near_the_start_gets_the_room_on_its_right():
    found = of("في سرت" + " كلمة" * 100)
    assert not found.cut_left
    assert len(found.left + found.keyword + found.right) > 190


def test_a_vowel_sign_is_not_cut_off_its_letter():
    found = of("سَ" * 100 + "سرت" + "سَ" * 100, max_chars=50)
    assert found.left[0] == "س"
    assert found.right[-1] == "\u064e"


def test_a_keyword_longer_than_the_excerpt_is_kept_whole():
    assert of("قبل " + "سرت" * 100 + " بعد", "سرت" * 100).keyword == "سرت" * 100


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 99)])
def test_offsets_outside_the_text_are_refused(start, end):
    with pytest.raises(ValueError, match="no mention at"):
        excerpt(Article(article_id="a", text="الموصل"), start, end)


@pytest.mark.parametrize("filler", ["كلمة", "كلمة ", ".", "..", "؟", "\n", "، ", "«", "a.", "\u064e"])
def test_a_megabyte_takes_no_time(filler):
    half = filler * (500_000 // len(filler))
    started = time.perf_counter()
    of(half + " سرت " + half)
    assert time.perf_counter() - started < 0.2  # measured: 0.01 s, and the search for the keyword


texts = st.text(alphabet='اب دسرت.،؛!؟\n"«»” \u00a0\u064e\u200fabA1٣?:/-', min_size=1, max_size=300)


@given(texts, st.data(), st.integers(1, 80))
def test_an_excerpt_is_a_slice_of_its_article_and_not_too_long(text, data, max_chars):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = excerpt(Article(article_id="a", text=text), start, end, max_chars)
    first, last = start - len(found.left), end + len(found.right)
    assert found.left + found.keyword + found.right == text[first:last]
    assert found.keyword == text[start:end]
    assert last - first <= max(max_chars, end - start)


@given(texts, st.data())
def test_a_sentence_holds_its_mention_and_no_line_end_beside_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = sentence_span(text, start, end)
    assert 0 <= first <= start < end <= last <= len(text)
    assert "\n" not in text[first:start] + text[end:last]


@given(texts, st.data())
def test_every_character_of_a_sentence_gives_the_same_sentence(text, data):
    inside = [i for i, ch in enumerate(text) if ch.isalnum()]
    if inside:
        i = data.draw(st.sampled_from(inside))
        first, last = sentence_span(text, i, i + 1)
        for j in (j for j in inside if first <= j < last):
            assert sentence_span(text, j, j + 1) == (first, last)
