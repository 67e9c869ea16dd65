from __future__ import annotations

import codecs
import contextlib
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.articles.decoding import BrokenTextError, UndecodableError, decode
from geo.articles.text_stream import HEAD_BYTES, open_text

ARABIC = (
    "أعلن المتحدث أن القوات دخلت مدينة الموصل صباح الاثنين، وأن المعارك مستمرة في الأحياء الغربية؛ هل تنتهي قريبا؟\n"
)
MIXED = ARABIC + "وذكرت وكالة Reuters أن الناتو NATO يراقب. https://example.org/a?b=1 (2017-10-25)\n"
POLISH = "Prezydent oświadczył, że wojska weszły do miasta w poniedziałek rano, a walki trwają w dzielnicach.\n"
FRENCH = "Le ministre a été reçu à Paris, où il a évoqué la situation à Mossoul.\n"


@pytest.mark.parametrize("text", [ARABIC, MIXED, "الموصل", "Mosul and Raqqa\n", "Москва и Ростов\n", FRENCH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_a_mark(text, encoding):
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", [ARABIC, MIXED, "معركة الرقة تدخل شهرها الثالث"])
def test_arabic_windows_files_are_read(text):
    decoded = decode(text.encode("cp1256"))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "cp1256", False)


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6"])
@pytest.mark.parametrize("escape", [r"\n", r"\t", r"\r\n", r"\u200f"])
def test_the_letter_of_an_escape_of_json_is_no_part_of_an_arabic_word(encoding, escape):
    text = '{"text": "' + escape.join(ARABIC.split()) + '"}\n'
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, False)


@pytest.mark.parametrize("text", ["الموصل", "سرت", "معركة الرقة"])
def test_a_few_arabic_letters_are_read_but_called_a_guess(text):
    decoded = decode(text.encode("cp1256"))
    assert (decoded.text, decoded.guessed) == (text, True)


@pytest.mark.parametrize("text", [ARABIC, "القوات في المدينة وهي تتقدم"])
def test_the_iso_arabic_encoding_is_not_taken_for_the_windows_one(text):
    assert decode(text.encode("iso8859_6")).text == text


def test_typographic_quotes_of_windows_are_read_as_such_and_called_a_guess():
    text = "He said: \u201cMosul is free\u201d \u2013 it wasn\u2019t.\n"
    decoded = decode(text.encode("cp1252"))
    assert (decoded.text, decoded.guessed) == (text, True)


@pytest.mark.parametrize(("text", "encoding"), [(POLISH * 3, "cp1250"), (FRENCH * 3, "latin-1")])
def test_another_latin_code_page_is_read_right_and_called_a_guess(text, encoding):
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.guessed) == (text, True)


def test_a_script_that_is_neither_arabic_nor_latin_is_not_guessed_but_named():
    with pytest.raises(UndecodableError, match=r"if it is cp1251, name it: --encoding cp1251"):
        decode(("Москва ждёт ответа из Сирии. " * 9).encode("cp1251"))


@pytest.mark.parametrize("stray", [b"\xa1", b"\xdb", b"\xff"])
def test_one_stray_byte_in_the_iso_arabic_encoding_is_named_and_makes_it_no_other_script(stray):
    raw = ARABIC.encode("iso8859_6")
    with pytest.raises(BrokenTextError, match="it is iso8859_6, but line 2 has bytes that are not") as raised:
        decode(raw + stray + raw)
    assert raised.value.encoding == "iso8859_6"


def test_a_line_of_utf8_in_an_arabic_windows_file_is_named():
    lines = [ARABIC.encode("cp1256")] * 3
    with pytest.raises(BrokenTextError, match="it is cp1256, but line 3 has bytes that are not"):
        decode(b"".join([*lines[:2], ARABIC.encode(), *lines]))


def test_a_list_of_letters_in_an_arabic_windows_file_is_no_utf8():
    text = ARABIC + "أ، ب، ج\n" + ARABIC
    assert decode(text.encode("cp1256")).text == text


@pytest.mark.parametrize("position", [0, 7, 50, 120])
def test_one_broken_byte_in_unicode_is_named_not_replaced(position):
    raw = bytearray((ARABIC * 3).encode())
    raw[position] = 0xFF
    with pytest.raises(UndecodableError, match=r"UTF-8 with broken bytes, the first in line 1"):
        decode(bytes(raw))


def test_a_cut_off_file_is_named():
    with pytest.raises(UndecodableError, match="UTF-8 with broken bytes"):
        decode(ARABIC.encode()[:-4])
    with pytest.raises(UndecodableError, match="marked as UTF-16"):
        decode(ARABIC.encode("utf-16")[:-1])


def test_half_a_surrogate_pair_is_named():
    with pytest.raises(UndecodableError, match="marked as UTF-16"):
        decode(codecs.BOM_UTF16_LE + b"a\x00\x3d\xd8b\x00")


def streamed(raw: bytes) -> tuple[str, str | None]:
    """The text, and the note on its encoding."""
    text, note = open_text(io.BytesIO(raw))
    return text.read(), note


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2)])
@pytest.mark.parametrize("before", [1, 2, 3])
def test_a_character_cut_in_two_where_the_beginning_ends_is_no_broken_one(encoding, width, before, mark):
    start = (mark + ARABIC).encode(encoding)
    text = mark + ARABIC + "a" * ((HEAD_BYTES - len(start)) // width - before) + "\U0001f600\U0001f601" + ARABIC
    assert streamed(text.encode(encoding)) == (text.removeprefix("\ufeff"), None)


def test_a_list_of_one_long_line_is_told_from_that_line():
    text = "[\n" + '{"text": "' + ARABIC.strip() * 3000 + '"}]'
    assert streamed(text.encode("cp1256")) == (text, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01\x02",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        b"\x00" * 100,
        b"abc\x00def",
        b"\x01\x02\x03\x04 ab",
        bytes(range(256)),
    ],
)
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(UndecodableError):
        decode(raw)


def test_random_bytes_are_refused_or_called_a_guess():
    source = random.Random(0)
    for length in (10, 100, 1000, 10_000):
        with contextlib.suppress(UndecodableError):
            assert decode(source.randbytes(length)).guessed


def test_a_terminal_escape_in_a_text_is_kept():
    text = "breaking \x1b[31m news from Mosul today"
    assert decode(text.encode()).text == text


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw):
    try:
        text = decode(raw).text
    except UndecodableError:
        return
    assert "\ufffd" not in text or "\ufffd".encode() in raw or raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\xfd" in raw
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff")))
def test_utf8_comes_back_unchanged(text):
    try:
        assert decode(text.encode()).text == text
    except UndecodableError as error:
        pytest.fail(str(error))
