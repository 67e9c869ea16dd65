"""Text of any kind: nothing raises, the work grows with length, offsets hold."""

from __future__ import annotations

import random
import sys

import pytest

from geo.resolve import geoparse

WORDS = "الموصل وبالرقة دير الزور محافظة شارع قرية حي و، «» \"\" '' () [] {{ }} ${x} <b> &amp; \\ ` #_- … ."
LATIN = "Mosul U.S. O' ’s e\u0301 ٣٠ 😀 🇮🇶 ﷲ ﻻ"
MARKS = "\u202e \u2066 \u2069 \u200c \u200d \u200f \ufeff ـــــــــ \u064b\u0651\u064e \ud800 \udfff \x00 \x1b[31m"
PIECES = (
    *WORDS.split(" "),
    *LATIN.split(" "),
    *MARKS.split(" "),
    "\r\n",
    "\n\n\n",
    "\t",
    "\u00a0",
    "\U0010ffff",
    " ",
    " ",
    " ",
)


def test_ten_thousand_broken_texts_raise_nothing_and_keep_their_offsets(gazetteer):
    rng = random.Random(11)
    for _ in range(10_000):
        text = "".join(rng.choices(PIECES, k=rng.randint(0, 25)))
        for resolution in geoparse(text, gazetteer):
            mention = resolution.mention
            assert text[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize("unit", ["ا", "«", "الموصل", "\u0651"])
def test_a_megabyte_without_a_space_is_read(gazetteer, unit):
    assert all(r.mention.surface for r in geoparse(unit * (1_000_000 // len(unit)), gazetteer))


@pytest.mark.parametrize(
    "unit",
    [
        "ا",
        "الموصل",
        "الموصل ",
        "و",
        "«",
        "\u0640",
        "َُ",
        "محافظة ",
        "قرى زغرطيط و",
        "قرى وبلدات ",
        "دير ",
        "U.S.",
        "\n",
        "الموصل، ",
    ],
)
def test_work_grows_linearly_with_the_length_of_hostile_text(gazetteer, unit):
    def calls(length):
        count = 0

        def seen(frame, event, argument):
            nonlocal count
            count += 1

        text = unit * (length // len(unit))
        sys.setprofile(seen)
        try:
            geoparse(text, gazetteer)
        finally:
            sys.setprofile(None)
        return count

    calls(1_000)  # the memo has seen the words
    assert calls(40_000) < 2.5 * calls(20_000)  # the pass mark for quadratic patterns, counted, not timed
