from __future__ import annotations

import pytest

from geo.records import Kind
from geo.resolve import geoparse


@pytest.fixture(scope="module")
def entries(gazetteer):
    def resolved(text):
        return {r.mention.surface: r.entry for r in geoparse(text, gazetteer) if r.mention.kind is Kind.LITERAL}

    return resolved


@pytest.mark.parametrize(
    ("text", "surface", "place_id"),
    [
        ("دخلت القوات الموصل.", "الموصل", "geonames:99072"),
        ("سافر إلى ليبيا.", "ليبيا", "cldr:LY"),
        ("التظاهرات في تونس مستمرة.", "تونس", "cldr:TN"),
        ("عاد إلى الرقة.", "الرقة", "geonames:172955"),
    ],
)
def test_the_prominent_place_is_meant_unless_the_text_says_otherwise(entries, text, surface, place_id):
    assert entries(text)[surface].place_id == place_id


@pytest.mark.parametrize(
    ("text", "surface", "country", "code"),
    [
        ("في محافظة الحسكة", "الحسكة", "SY", "ADM1"),
        ("في مدينة الحسكة", "الحسكة", "SY", "PPL"),
        ("في طرابلس شمالي لبنان، وفي بيروت وصيدا", "طرابلس", "LB", "PPL"),
        ("في طرابلس وبنغازي ومصراتة", "طرابلس", "LY", "PPL"),
        ("وصل الرقة السورية", "الرقة", "SY", "PPL"),
        ("بين عُمان واليمن والسعودية", "عُمان", "OM", "PCLI"),
        ("التقى في عمّان رئيس الوزراء الأردني", "عمّان", "JO", "PPL"),
        ("سكان لندن في أونتاريو بكندا", "لندن", "CA", "PPL"),
    ],
)
def test_the_words_beside_a_name_and_the_rest_of_the_text_decide(entries, text, surface, country, code):
    entry = entries(text)[surface]
    assert entry.country == country
    assert entry.feature_code.startswith(code)


def test_an_unknown_name_is_left_unresolved(entries):
    assert entries("قتل ثلاثة في قرية زغرطيط")["زغرطيط"] is None


def test_candidates_come_best_first_and_explain_their_score(gazetteer):
    (resolution,) = geoparse("عاد إلى طرابلس", gazetteer)
    scores = [candidate.score for candidate in resolution.candidates]
    assert scores == sorted(scores, reverse=True)
    best = resolution.candidates[0]
    assert best.score == pytest.approx(sum(value for _, value in best.features), abs=0.01)


def test_confidence_is_lower_where_the_text_leaves_it_open(gazetteer):
    def confidence(text):
        return geoparse(text, gazetteer)[0].confidence

    assert confidence("عاد إلى طرابلس") < confidence("عاد إلى بغداد")


@pytest.mark.parametrize(
    ("source", "country"),
    [("بوابة الوسط", "LY"), ("النهار", "LB"), ("الوكالة الليبية للأنباء", "LY"), ("وكالة الأنباء اللبنانية", "LB")],
)
def test_the_outlet_s_home_decides_where_the_text_leaves_it_open(gazetteer, source, country):
    (resolution,) = geoparse("انقطعت الكهرباء في طرابلس مساء السبت.", gazetteer, source)
    assert resolution.entry.country == country


def test_the_text_outweighs_the_outlet(gazetteer):
    found = geoparse("بين طرابلس وبيروت في لبنان", gazetteer, "بوابة الوسط")
    assert found[0].entry.country == "LB"
