"""Near-copies: wire copy is linked, reports on the same subject are not; and counts tell texts from articles."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from places import MOSUL, SIRTE, article, geoparse

from geo.corrections import Corrections, Scope, Verdict, draft
from geo.ingest import IngestReport, ingest_items
from geo.parallel import InProcess
from geo.records import Article, Kind
from geo.store import Atlas, Filters
from geo.store.copies import LIKENESS
from geo.store.sketches import BAND_NAMES, likeness, sketches
from geo.store.words import keys_of

WORDS = "القوات المدينة الحكومة أمس اليوم مصدر أعلن تقدم شمال جنوب قرب طريق مدنيين نازحين اجتماع وزير".split()
"""Few words: texts made of them are on one subject."""

REPORT = (
    "قال مصدر عسكري إن قوات الجيش دخلت وسط الموصل بعد معارك استمرت ثلاثة أيام مع المسلحين.\n"
    "وأضاف المصدر أن فرق الهندسة بدأت نزع الألغام من الشوارع الرئيسية والجسور القديمة في المدينة.\n"
    "وذكر سكان أن آلاف العائلات نزحت إلى المخيمات الشرقية وأن المياه والكهرباء مقطوعة منذ أسبوع.\n"
    "وقالت الأمم المتحدة إنها أرسلت قوافل غذاء ودواء تكفي خمسين ألف شخص حتى نهاية الشهر الجاري.\n"
    "وكانت الحكومة أعلنت مطلع العام أن استعادة المدينة مسألة أسابيع وأن إعادة الإعمار تحتاج سنوات."
)
PARAGRAPHS = REPORT.split("\n")
SAME_SUBJECT = (
    "أعلن قائد في الجيش أن معارك الموصل تدخل مرحلتها الأخيرة وأن المسلحين محاصرون في المدينة القديمة.\n"
    "وأشار إلى أن الألغام تعيق التقدم في الشوارع الرئيسية وأن فرق الهندسة تعمل ليل نهار.\n"
    "ودعت الأمم المتحدة إلى ممرات آمنة للعائلات النازحة، وحذرت من نقص الغذاء والدواء في المخيمات.\n"
    "وتقول الحكومة إن إعادة الإعمار تحتاج سنوات وأموالا طائلة من الدول المانحة."
)
COPIES = {
    "another headline": "تقدم جديد في الموصل\n" + REPORT,
    "an agency line before it": "الموصل (رويترز) - " + REPORT,
    "a paragraph cut": "\n".join(PARAGRAPHS[:3] + PARAGRAPHS[4:]),
    "words changed": REPORT.replace("أمس", "الأحد").replace("ثلاثة أيام", "أربعة أيام").replace("عسكري", "أمني"),
    "other spelling": REPORT.replace("أ", "ا").replace("ة", "ه"),
    "marks and lines lost": REPORT.replace("\n", " ").replace(".", ""),
}
OTHERS = {
    "the same subject": SAME_SUBJECT,
    "one paragraph quoted": PARAGRAPHS[0] + "\n" + SAME_SUBJECT,
    "the same words in another order": " ".join(sorted(REPORT.split())),
    "a sentence alone": PARAGRAPHS[1],
}

APART = [text for what, text in OTHERS.items() if what != "one paragraph quoted"]
"""No two of these are near-copies of each other."""


def like(one: str, other: str) -> float:
    keys, counts = keys_of([one, other])
    rows = sketches(keys, counts, [0, 1])
    table = np.stack([rows[name].to_numpy() for name in BAND_NAMES], axis=1)
    return float(likeness(table[:1], table[1:])[0])


def ingest(store: Path, articles: list[Article], **options: object) -> IngestReport:
    runner = InProcess(lambda item: geoparse(item.text))
    return ingest_items(articles, store, runner=runner, recipe="r1", **options)


def made_up(count: int) -> list[Article]:
    """Texts of which some are edited copies of others, with days and sources."""
    source = random.Random(7)
    texts: list[list[str]] = []
    for n in range(count):
        words = source.choices(WORDS, k=80)
        if n % 3 == 2:
            words = list(source.choice(texts))
            words[n % 70 : n % 70 + 2] = ["تعديل"]
        texts.append([*words, "الموصل"] if n % 2 else [*words, "سرت"])
    return [
        article(" ".join(words), f"a{n:03}", source=f"s{n % 3}", published=f"2017-0{n % 9 + 1}-0{n % 7 + 1}")
        for n, words in enumerate(texts)
    ]


@pytest.mark.parametrize("edit", COPIES)
def test_an_edited_copy_is_told(edit):
    assert like(REPORT, COPIES[edit]) >= LIKENESS


@pytest.mark.parametrize("edit", OTHERS)
def test_another_text_is_no_copy(edit):
    assert like(REPORT, OTHERS[edit]) < LIKENESS


def test_the_likeness_of_sketches_is_near_the_share_of_sequences_in_common():
    source = random.Random(1)
    errors = []
    for _ in range(100):
        words = source.choices(range(10_000), k=300)
        other = words[: source.randrange(1, 300)] + source.choices(range(10_000), k=100)
        one, two = ({*zip(text, text[1:], text[2:], strict=False)} for text in (words, other))
        share = len(one & two) / len(one | two)
        errors.append(like(" ".join(map(str, words)), " ".join(map(str, other))) - share)
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.05


def test_copies_are_linked_to_the_earliest_and_counted(tmp_path):
    first = article(REPORT, "z", published="2017-03-01", source="s1")
    later = [
        article(text, f"a{n}", published=f"2017-03-0{n + 2}", source="s2") for n, text in enumerate(COPIES.values())
    ]
    others = [article(text, f"b{n}", published="2017-02-01") for n, text in enumerate(APART)]
    report = ingest(tmp_path, [*later, first, *others])
    atlas = Atlas.open(tmp_path)
    assert report.copies == len(COPIES)
    assert atlas.copies(["z"]) == {item.article_id: "z" for item in later}
    assert atlas.copies(["a1"]) == {"a1": "z"}
    assert atlas.copies([item.article_id for item in others]) == {}
    assert atlas.summary().texts == atlas.summary().articles - len(COPIES)


def test_an_undated_copy_is_never_the_first(tmp_path):
    ingest(tmp_path, [article(REPORT, "a"), article(COPIES["a paragraph cut"], "b", published="2020")])
    assert Atlas.open(tmp_path).copies(["a", "b"]) == {"a": "b"}


def test_a_report_without_change_counts_them_as_well(tmp_path):
    articles = [article(REPORT, "a"), article(COPIES["a paragraph cut"], "b")]
    ingest(tmp_path, articles)
    again = ingest(tmp_path, articles)
    assert (again.new, again.copies) == (0, 1)


def links(store: Path) -> dict[str, str]:
    atlas = Atlas.open(store)
    return atlas.copies(atlas.digests())


def test_neither_order_nor_runs_change_who_is_whose_copy(tmp_path):
    articles = made_up(60)
    ingest(tmp_path / "one", articles)
    found = links(tmp_path / "one")
    assert len(found) >= 15
    mixed = random.Random(3).sample(articles, len(articles))
    for upto in (10, 35, 60):
        ingest(tmp_path / "many", mixed[:upto], mirror=False)
    assert links(tmp_path / "many") == found


def test_what_leaves_frees_its_copies(tmp_path):
    articles = made_up(60)
    rest = articles[20:]
    ingest(tmp_path / "one", articles)
    ingest(tmp_path / "one", rest)
    ingest(tmp_path / "rest", rest)
    assert links(tmp_path / "one") == links(tmp_path / "rest")


def test_no_chain_of_changes_joins_different_texts(tmp_path):
    words = [f"كلمة{n}" for n in range(200)]
    drifting = [" ".join(words[n * 10 : n * 10 + 100]) for n in range(10)]
    ingest(tmp_path, [article(text, f"a{n}", published=f"2017-01-0{n + 1}") for n, text in enumerate(drifting)])
    found = links(tmp_path)
    assert found
    assert all(like(drifting[int(copy[1])], drifting[int(chief[1])]) >= LIKENESS for copy, chief in found.items())
    assert not set(found) & set(found.values())


def test_a_bulletin_sent_over_and_over_is_one_text(tmp_path):
    texts = [REPORT + f"\nالعدد {n}" for n in range(50)]
    report = ingest(tmp_path, [article(text, f"a{n:02}", published="2017") for n, text in enumerate(texts)])
    assert report.copies == 49
    assert set(links(tmp_path).values()) == {"a00"}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(sources=("s1",)),
        Filters(since=date(2017, 3, 2), until=date(2017, 6, 5)),
        Filters(since=date(2017, 2, 1), sources=("s0", "s2")),
    ],
)
def test_places_are_counted_by_distinct_texts_under_every_filter(tmp_path_factory, filters):
    store = tmp_path_factory.mktemp("texts")
    ingest(store, made_up(60))
    atlas, chief_of = Atlas.open(store), links(store)
    counted = {item.entry.place_id: item for item in atlas.place_counts(filters=filters)}
    for place in (MOSUL, SIRTE):
        found = atlas.mentions(place_id=place.place_id, kind=Kind.LITERAL, filters=filters)
        ids = {item.article_id for item in found}
        texts = {chief_of.get(article_id, article_id) for article_id in ids}
        assert counted[place.place_id].texts == len(texts) <= len(ids)
        assert atlas.place(place.place_id, filters=filters).texts == len(texts)


def test_distinct_texts_heed_what_people_corrected(tmp_path):
    ingest(tmp_path, [article(text, f"a{n}", published="2017") for n, text in enumerate(COPIES.values())])
    atlas = Atlas.open(tmp_path)
    assert atlas.place(MOSUL.place_id).texts == 1
    text = next(iter(COPIES.values()))
    start = text.rindex("الموصل")
    everywhere = draft(
        atlas.article("a0"),
        start,
        start + len("الموصل"),
        verdict=Verdict.PLACE,
        place=SIRTE,
        who="Huda",
        scope=Scope.EVERYWHERE,
    )
    Corrections(tmp_path).decide(everywhere)
    counts = {item.entry.place_id: item for item in Atlas.open(tmp_path).place_counts()}
    assert MOSUL.place_id not in counts
    assert (counts[SIRTE.place_id].articles, counts[SIRTE.place_id].texts) == (len(COPIES), 1)


def test_texts_without_a_word_are_no_copies(tmp_path):
    assert ingest(tmp_path, [article("؟!", "a"), article("...", "b"), article("", "c")]).copies == 0


RAW = Path(__file__).parents[2] / "shared" / "dev" / "raw_ar_news.jsonl.gz"


@pytest.mark.skipif(not RAW.exists(), reason="the 8,000 news articles are not here")
def test_real_news_edited_is_found_and_unedited_left_alone(tmp_path):
    """Precision and recall on real texts: see docs/scale.md for the figures on all of them."""
    source = random.Random(5)
    with gzip.open(RAW, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for _, line in zip(range(1000), file, strict=False)]
    texts = [text for text in dict.fromkeys(texts) if len(text.split()) > 60]
    edited = [edit(text, source) for text in texts[:200]]
    ingest(
        tmp_path,
        [article(text, f"a{n}", published="2017") for n, text in enumerate(texts)]
        + [article(text, f"e{n}", published="2018") for n, text in enumerate(edited)],
    )
    found = links(tmp_path)
    right = sum(found.get(f"e{n}") == found.get(f"a{n}", f"a{n}") for n in range(len(edited)))
    assert right / len(edited) > 0.95
    assert sum(copy.startswith("a") for copy in found) / len(texts) < 0.02


def edit(text: str, source: random.Random) -> str:
    """Another headline, an agency line, and a tenth of the words cut out in one piece."""
    words = text.split()
    cut = source.randrange(len(words) * 9 // 10)
    return "عاجل - خبر\n(وكالات) - " + " ".join(words[:cut] + words[cut + len(words) // 10 :])


def test_keys_and_sketches_are_the_same_on_every_machine():
    keys, counts = keys_of(["من الموصل إلى سرت"])
    assert keys.tolist() == [2931319703757763696, -85351726287473084, -5327045362524025605, 7909022249590990939]
    assert sketches(keys, counts, [7])["band00"].to_pylist() == [1628257681]
