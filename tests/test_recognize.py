from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.recognize import RuleRecognizer
from geo.records import Kind


@pytest.fixture(scope="module")
def recognizer(gazetteer):
    return RuleRecognizer(gazetteer)


@pytest.fixture(scope="module")
def literal(recognizer):
    def surfaces(text):
        return [mention.surface for mention in recognizer.recognize(text) if mention.kind is Kind.LITERAL]

    return surfaces


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("وصل الوفد إلى الموصل صباح الأحد.", ["الموصل"]),
        ("نزحوا من المدينة وبالموصل بقي أقاربهم.", ["الموصل"]),
        ("أُرسلت قافلة للموصل.", ["لموصل"]),
        ("تتجه السفينة للاذقية.", ["لاذقية"]),
        ("كما في بغـــداد وفي بَغْداد.", ["بغـــداد", "بَغْداد"]),
        ("تحررت دير‌الزور ثم دير الزور.", ["دير‌الزور", "دير الزور"]),
        ("شمال دير\nالزور", ["دير\nالزور"]),
        ("قصف على #محافظة_الحديدة أمس", ["الحديدة"]),
        ("زار دمشق، وحمص؛ ثم عاد.", ["دمشق", "حمص"]),
        ("والاسكندريه جميلة في الشتاء، يقول سكانها.", ["الاسكندريه"]),
    ],
)
def test_a_name_is_found_as_printed_without_its_proclitics(literal, text, surfaces):
    assert literal(text) == surfaces


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("تقدمت القوات في الموصل وتلعفر والرقة.", ["الموصل", "تلعفر", "الرقة"]),
        ("في محافظتي نينوى والأنبار", ["نينوى", "الأنبار"]),
        ("بين مدينتي الرقة ودير الزور", ["الرقة", "دير الزور"]),
        ("قال من مدينة لندن", ["لندن"]),
        ("في حي الزهور شرق الموصل", ["حي الزهور", "الموصل"]),
        ("على ضفة نهر الفرات", ["نهر الفرات"]),
        ("دعم القوات في جبل عبد العزيز", ["جبل عبد العزيز"]),
        ("دخلوا إقليم كردستان العراق أمس", ["كردستان العراق"]),
    ],
)
def test_class_words_and_lists_lead_to_names(literal, text, surfaces):
    assert literal(text) == surfaces


@pytest.mark.parametrize(
    "text",
    [
        "كان الرجل في بيته ولم يقل شيئا.",
        "سياسي مالي قال إن الأزمة كبيرة.",
        "التقط صور الحفل ثم نام.",
        "صافح اللاعب كريم الصنعاني زملاءه.",
        "الرئيس المصري والوزير العراقي والسفيرة اللبنانية",
        "أُصيب اللاعب في الرباط الصليبي.",
        "عاد إلى مسقط رأسه بعد غياب.",
        "وصول المساعدات خبر سار",
        "عانى عقاباً شديداً",
        "كانوا 13 مواطنا روسيا من بين الركاب.",
    ],
)
def test_words_that_are_spelled_like_places_are_left_alone(literal, text):
    assert literal(text) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("تخرج في معهد الموصل عام 1990", "الموصل"),
        ("نشرت صحيفة «القدس» تقريرا", "القدس"),
        ("أعلنت قوات سوريا الديمقراطية", "سوريا"),
        ("خسر الأهلي أمام فريق باريس", "باريس"),
        ("رحب به الاتحاد الأوروبي", "الاتحاد الأوروبي"),
    ],
)
def test_a_place_inside_an_organisation_s_name_is_associative(recognizer, text, surface):
    kinds = {mention.surface: mention.kind for mention in recognizer.recognize(text)}
    assert kinds[surface] is Kind.ASSOCIATIVE


@pytest.mark.parametrize(
    ("text", "surface", "modifier"),
    [
        ("معارك شمال شرق سوريا", "سوريا", "شمال شرق"),
        ("معارك جنوب الحسكة", "الحسكة", "جنوب"),
        ("قصف ريف حلب الشرقي", "حلب", "ريف … الشرقي"),
    ],
)
def test_a_direction_is_kept_beside_the_place(recognizer, text, surface, modifier):
    (mention,) = recognizer.recognize(text)
    assert (mention.surface, mention.modifier) == (surface, modifier)


def test_a_name_after_a_class_word_is_found_though_no_gazetteer_has_it(recognizer):
    (mention,) = recognizer.recognize("قتل ثلاثة في قرية زغرطيط")
    assert (mention.surface, mention.names) == ("زغرطيط", ())


def test_a_name_told_once_is_found_again_in_the_text(literal):
    assert literal("في قرية زغرطيط. وقال أهالي زغرطيط إنهم نزحوا.") == ["زغرطيط", "زغرطيط"]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("The army entered Mosul and Tal Afar on Sunday.", ["Mosul", "Tal Afar"]),
        ("Fighting in Deir ez-Zor, Sana'a and Hasakah's suburbs", ["Deir ez-Zor", "Sana'a", "Hasakah"]),
        ("It was a nice day for reading.", []),
    ],
)
def test_english_goes_through_the_same_house(literal, text, surfaces):
    assert literal(text) == surfaces


ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("الموصل رقة دير الزور في من و ب ل \n\t،.«»\"'()#_-ـًٌَُِّْ\u200c\u200d\u200f\u202e\u2066\ufeff"),
        st.characters(codec=None),
    ),
    max_size=200,
)


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT)
def test_every_span_holds_its_surface_whatever_the_unicode(recognizer, text):
    mentions = recognizer.recognize(text)
    assert all(text[mention.start : mention.end] == mention.surface for mention in mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))


def test_results_do_not_depend_on_what_was_read_before(gazetteer):
    words = "الموصل والرقة في مدينة دير الزور و قرية زغرطيط قال الرئيس محمد كان من سوريا لندن #حلب".split()
    rng = random.Random(7)
    texts = [" ".join(rng.choices(words, k=30)) for _ in range(200)]
    warm = RuleRecognizer(gazetteer)
    forward = [warm.recognize(text) for text in texts]
    backward = [warm.recognize(text) for text in reversed(texts)][::-1]
    fresh = [RuleRecognizer(gazetteer).recognize(text) for text in texts[:20]]
    assert forward == backward
    assert forward[:20] == fresh
