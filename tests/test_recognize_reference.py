"""The fast walk against a plain one: no pruning, every token looked at twice."""

from __future__ import annotations

import random

import pytest

from geo.recognize import RuleRecognizer, walk
from geo.recognize.reading import Evidence
from geo.recognize.score import known_readings

WORDS = (
    "الموصل والرقة بالموصل للموصل دير الزور ودير الحسكة تلعفر تل عفر سوريا سورية العراق وليبيا طرابلس لبنان باريس"
    " في من إلى على قرب بين شمال غرب مدينة بمدينة محافظة محافظتي قرى قرية حي جبل نهر ريف منطقة إقليم الفرات"
    " قال الرئيس محمد أحمد كان صور جنين مسقط رأسه العراقية السورية التركي الشرقية الغربية الجديدة و جامعة قوات"
    " زغرطيط هلبوسة خبر الخبر مالي صباحا الأحد عقابا الاتحاد الأوروبي داخل دول الديمقراطية البيضاء البحيرة"
).split()
GAPS = (" ", " ", " ", " ", "، ", ". ", "\n", " «", "» ", ": ", " (", ") ", " #", "_")


def generated(rng):
    return "".join(rng.choice(WORDS) + rng.choice(GAPS) for _ in range(rng.randint(1, 60)))


def plain_readings(recognizer, context):
    every = range(len(context.tokens))
    first = walk(context, Evidence(), every, read=read_all)
    return walk(context, Evidence.of(first), every, read=read_all) if first else first


def read_all(context, index, previous, evidence):
    readings = known_readings(context, index, previous, evidence, failing=True)
    return [reading for reading in readings if reading.score > 0]


@pytest.fixture(scope="module")
def recognizer(gazetteer):
    return RuleRecognizer(gazetteer)


def test_the_fast_walk_equals_the_plain_one_on_a_thousand_texts(recognizer):
    rng = random.Random(20260101)
    for _ in range(1000):
        context = recognizer.context(generated(rng))
        fast, plain = recognizer.readings(context), plain_readings(recognizer, context)
        assert [(r.first, r.stop, r.kind, round(r.score, 6)) for r in fast] == [
            (r.first, r.stop, r.kind, round(r.score, 6)) for r in plain
        ], context.text
