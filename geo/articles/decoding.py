"""Bytes -> text. Unicode is read as marked; an older encoding only if the result looks like what it should be."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, replace

import charset_normalizer

from geo.errors import SettingsError

SAVE_AS_UTF8 = "open it in the program that wrote it and save it as plain text in UTF-8"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.1
"""A few stray control characters are shown harmlessly; more of them, and the file is no text."""

# U+0621-064A letters, 064B-0652 vowel signs, then the letters of Persian and Urdu that cp1256 has.
_ARABIC = "\u0621-\u0652\u067e\u0679\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2"
_ARABIC_WORD = re.compile(f"[{_ARABIC}]+")
_MIXED_WORD = re.compile(f"[{_ARABIC}][^\\W\\d_{_ARABIC}\u0640]|[^\\W\\d_{_ARABIC}\u0640][{_ARABIC}]|\u00d7[{_ARABIC}]")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[a-z])")
"""As JSON has them: the n of a line end is no part of the word after it."""
_COMMON_LETTERS = frozenset("\u0627\u0644\u064a\u0648\u0645\u0646\u0631\u062a\u0628\u0647\u0629\u0639")
"""Alef, lam, yeh, waw, meem, noon, reh, teh, beh, heh, teh marbuta, ain: about 70 % of the letters of any text."""
_MIN_COMMON_SHARE = 0.45
_MAX_MIXED_SHARE = 0.02
_MAX_BROKEN_SHARE = 0.05
"""Bytes that do not fit, for each Arabic letter; other encodings than ISO-8859-6 break it in more places.

A byte that strayed into 80 characters of it, or into 1,000, hid it in 2 of 600 beginnings of news.
"""
_MIN_ALEF_SHARE = 0.05
"""About 15 % of Arabic. Where it stands, Cyrillic code pages have a capital that is rare."""
_FEW_LETTERS = 20
"""Of 2,400 beginnings of news in either Arabic code page some 50 were misread, all of them with fewer letters."""
_ALREADY_TRIED = ["utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
_GUESS_BYTES = 100_000
"""charset-normalizer takes about a second for a megabyte, and learns nothing from the rest."""


class UndecodableError(ValueError):
    """The bytes are no text that can be read without guessing; the message says why."""


class BrokenTextError(UndecodableError):
    """The bytes are text in `encoding` but for a few."""

    def __init__(self, reason: str, *, encoding: str) -> None:
        super().__init__(reason)
        self.encoding = encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's text, line ends unified to LF, nothing else changed."""

    text: str
    encoding: str
    guessed: bool = False
    """True if nothing in the bytes proves the encoding."""


def decode(raw: bytes, *, whole: bool = True) -> Decoded:
    """The text in `raw`; `UndecodableError` rather than one wrong or replaced character.

    `whole`: False = `raw` is the beginning of more, and its last character, if cut in two, is left out.

    >>> decode("معركة الموصل تدخل شهرها الثالث".encode("cp1256"))
    Decoded(text='معركة الموصل تدخل شهرها الثالث', encoding='cp1256', guessed=False)
    """
    encoding = next((encoding for mark, encoding in _BOMS if raw.startswith(mark)), None)
    if encoding:
        decoded = _as_marked(raw, encoding, whole)
    elif b"\0" in raw:
        decoded = _utf16_without_mark(raw, whole)
    else:
        decoded = _without_nul(raw, whole)
    return _checked(decoded)


def known_encoding(name: str) -> str:
    """Python's name of an encoding that a user named; `SettingsError` if it is none of text.

    >>> known_encoding("windows-1256")
    'cp1256'
    """
    try:
        codec = codecs.lookup(name)
        if "ا".encode(codec.name, "ignore").decode(codec.name, "ignore") not in ("ا", ""):
            raise LookupError(name)
    except (LookupError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{name}: not an encoding of text; name one that Python knows, e.g. utf-8, cp1256, iso8859-6, utf-16"
        ) from error
    return codec.name


def is_utf8(raw: bytes) -> bool:
    """Whether a row's bytes are UTF-8 and not ASCII alone: of 77,000 Arabic lines in cp1256 none is by chance."""
    return not raw.isascii() and _fits(raw, "utf-8")


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def decode_as(raw: bytes, encoding: str) -> Decoded:
    """The text in `raw`, which somebody who knows says is in `encoding`; a byte order mark is taken off."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"it is not {encoding}: byte {error.start + 1} does not fit") from error
    return _checked(Decoded(text=text.removeprefix("\ufeff"), encoding=encoding))


def _checked(decoded: Decoded) -> Decoded:
    """With its line ends unified; refused if it is no text."""
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise UndecodableError("it is not text: it is full of control bytes")
    return replace(decoded, text=text)


def _as_marked(raw: bytes, encoding: str, whole: bool) -> Decoded:
    name = encoding.removesuffix("-sig").upper()
    try:
        return Decoded(text=_unicode(raw, encoding, whole), encoding=encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"it is marked as {name}, but byte {error.start + 1} is not") from error


def _unicode(raw: bytes, encoding: str, whole: bool) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(raw, final=whole)


def _utf16_without_mark(raw: bytes, whole: bool) -> Decoded:
    """Bytes with NUL among them: UTF-16 if one byte order, and only one, gives words of an alphabet."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = _unicode(raw, encoding, whole)
        except UnicodeDecodeError:
            continue
        if _alphabetic_share(text) > 0.8:
            return Decoded(text=text, encoding=encoding)
    raise UndecodableError("it is not text: it has NUL bytes and is not UTF-16")


def _alphabetic_share(text: str) -> float:
    """Share of characters that texts of alphabets are made of; with the bytes swapped hardly any are left."""
    return sum(_is_alphabetic(ch) for ch in text) / max(len(text), 1)


def _is_alphabetic(ch: str) -> bool:
    # Up to U+07FF: Latin, Greek, Cyrillic, Hebrew, Arabic. U+2010-2044: dashes, quotes, bidi marks.
    return ch in "\t\n\r" or " " <= ch <= "~" or "\u00a0" <= ch <= "\u07ff" or "\u200b" <= ch <= "\u2044"


def _without_nul(raw: bytes, whole: bool) -> Decoded:
    try:
        return _utf16_of_one_word(raw) or Decoded(text=_unicode(raw, "utf-8", whole), encoding="utf-8")
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(raw, error)
    return _arabic_code_page(raw) or _western_code_page(raw) or _last_resort(raw)


def _utf16_of_one_word(raw: bytes) -> Decoded | None:
    """Arabic UTF-16 with neither a mark nor a space, hence without NUL: every other byte is 0x06."""
    for encoding, high in (("utf-16-le", raw[1::2]), ("utf-16-be", raw[0::2])):
        if len(raw) % 2 == 0 and high and high.count(6) == len(high):
            return Decoded(text=raw.decode(encoding), encoding=encoding)
    return None


def _refuse_broken_utf8(raw: bytes, error: UnicodeDecodeError) -> None:
    """Raise if the bytes are UTF-8 but for a few: an older encoding would turn all of them into other letters."""
    lenient = raw.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    whole = sum(ch > "\x7f" for ch in lenient) - broken
    if whole > 5 * broken:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = f"it is UTF-8 with broken bytes, the first in line {line} (byte {error.start + 1})"
        raise BrokenTextError(reason, encoding="utf-8") from error


def _arabic_code_page(raw: bytes) -> Decoded | None:
    """The Arabic code page whose words look more like Arabic; a guess if there are too few letters to tell.

    `BrokenTextError` if some lines are not in it.
    """
    lines = raw.split(b"\n")
    own = b"\n".join(line for line in lines if not is_utf8(line))
    best = max(
        (reading for reading in map(_arabic_reading, ("cp1256", "iso8859_6"), (own, own)) if reading), default=None
    )
    if best is None:
        return None
    _, letters, encoding, text = best
    number = next((n for n, line in enumerate(lines, 1) if is_utf8(line) or not _fits(line, encoding)), None)
    if number is None:
        return Decoded(text=text, encoding=encoding, guessed=letters < _FEW_LETTERS)
    if letters < _FEW_LETTERS:
        return None
    raise BrokenTextError(f"it is {encoding}, but line {number} has bytes that are not", encoding=encoding)


def _arabic_reading(encoding: str, raw: bytes) -> tuple[float, int, str, str] | None:
    """``(share of common letters, letters, encoding, text)``; None = this is no Arabic in this encoding.

    The wrong code page puts accented Latin letters inside Arabic words, or Arabic letters inside Latin ones.
    """
    text = raw.decode(encoding, "surrogateescape")
    broken = len(text) - len(raw.decode(encoding, "ignore"))
    judged = _ESCAPE.sub(" ", text)
    words = _ARABIC_WORD.findall(judged)
    letters = "".join(words)
    if len(letters) < 3 or broken > _MAX_BROKEN_SHARE * len(letters):
        return None
    if len(_MIXED_WORD.findall(judged)) > _MAX_MIXED_SHARE * len(words):
        return None
    if broken and letters.count("\u0627") < _MIN_ALEF_SHARE * len(letters):
        return None
    common = sum(ch in _COMMON_LETTERS for ch in letters) / len(letters)
    if common < _MIN_COMMON_SHARE and len(letters) >= _FEW_LETTERS:
        return None
    return common, len(letters), encoding, text


def _western_code_page(raw: bytes) -> Decoded | None:
    """cp1252, if what is not ASCII is as rare as accents and typographic quotes are."""
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    accented = sum(ch > "\x7f" and ch.isalpha() for ch in text)
    plain = sum(ch < "\x7f" and ch.isalpha() for ch in text)
    signs = sum(ch > "\x7f" and unicodedata.category(ch) in ("So", "Sm", "Sc", "No", "Lo") for ch in text)
    if plain < 4 * accented or plain < 50 * signs:
        return None
    return Decoded(text=text, encoding="cp1252", guessed=True)


def _last_resort(raw: bytes) -> Decoded:
    best = charset_normalizer.from_bytes(raw[:_GUESS_BYTES], cp_exclusion=_ALREADY_TRIED).best()
    if best is None:
        raise UndecodableError("its encoding was not recognised")
    try:
        text = raw.decode(best.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UndecodableError(f"its encoding was not recognised ({best.encoding} fits only in part)") from error
    # A script that the news here are hardly ever in is more likely a misreading of those that they are in.
    foreign = [ch for ch in text if ch > "\x7f" and ch.isalpha()]
    if sum(not unicodedata.name(ch, "").startswith(("ARABIC", "LATIN")) for ch in foreign) > 0.1 * len(foreign):
        raise UndecodableError(
            f"its encoding was not recognised; if it is {best.encoding}, name it: --encoding {best.encoding}"
        )
    letters = sum(ch.isalpha() or ch.isspace() for ch in text) / len(text)
    if letters < 0.7 or _CONTROLS.search(text):
        raise UndecodableError("its encoding was not recognised")
    return Decoded(text=text, encoding=best.encoding, guessed=True)
