from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from geo.terminal import printable


def test_arabic_and_joiners_are_shown_as_they_are():
    assert printable("الموصل \u06af\u0641\u062a\u200c\u0648\u06af\u0648 مَكّـة") == "الموصل گفت\u200cوگو مَكّـة"


def test_escapes_line_ends_and_bidi_controls_are_spelled_out():
    assert printable("a\x1b]8;;x\x07\r\n\u202e\u2066\u2028\udcff\ufeff") == (
        "a\\x1b]8;;x\\x07\\r\\n\\u202e\\u2066\\u2028\\udcff\\ufeff"
    )


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_that_is_printed_controls_the_terminal(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(ch) for ch in shown} & {"Cc", "Cs", "Zl", "Zp"}
