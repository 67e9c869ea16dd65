"""Mention -> Excerpt: the sentence around a mention, word for word (keyword in context)."""

from __future__ import annotations

import re
import unicodedata

from geo.records import Article, Excerpt

WINDOW = 2000
"""Characters searched for a stop on each side: the longest sentence seen in news has 745."""

_STOP = re.compile("[.!?\u061f\u06d4\n\u2028\u2029]")  # U+061F Arabic question mark, U+06D4 Urdu full stop
_LINE_ENDS = "\n\u2028\u2029"
_FULL_STOP = "."
_RUN_OF_STOPS = frozenset(".!?\u061f\u06d4")
_CLOSING = frozenset(")]}\u200e\u200f")
_QUOTES = frozenset("\"'\u201d\u2019\u201c\u2018\u00bb\u00ab")
_CLAUSE_MARKS = re.compile("[\u060c\u061b]|[,;](?=\\s)")  # U+060C Arabic comma, U+061B Arabic semicolon
_SPACE = re.compile(r"\s")
_TITLES = frozenset(
    "mr mrs ms dr st prof gen col lt sgt capt maj adm rev sen rep gov mt ft no vs "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_LONGEST_TITLE = 5


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds ``text[start:end]``, without the white space around it.

    A line end always ends a sentence (headlines have no stop); ``،``, ``؛``, ``..`` and the stop of ``د.`` never do.

    >>> text = "وصل د. سالم إلى سرت .ثم عاد؛ لم يقل شيئا. انتهى"
    >>> text[slice(*sentence_span(text, text.index("سرت"), text.index("سرت") + 3))]
    'وصل د. سالم إلى سرت .'
    """
    first, last, _, _ = _bounds(text, start, end, WINDOW)
    return first, last


def excerpt(article: Article, start: int, end: int, max_chars: int = 200) -> Excerpt:
    """The sentence around ``article.text[start:end]``, clipped around the mention if longer than `max_chars`.

    It is clipped at a clause mark (، ؛) or a space; the keyword is never clipped, even if it alone is longer.
    """
    text = article.text
    if not 0 <= start < end <= len(text):
        raise ValueError(
            f"article {article.article_id}: no mention at {start}:{end} in a text of {len(text)} characters"
        )
    first, last, cut_left, cut_right = _bounds(text, start, end, max(WINDOW, max_chars))
    if last - first > max_chars:
        left_room, right_room = _rooms(start - first, last - end, max_chars - (end - start))
        clipped_first = _clip_left(text, first, start, left_room)
        clipped_last = _clip_right(text, end, last, right_room)
        cut_left, cut_right = cut_left or clipped_first > first, cut_right or clipped_last < last
        first, last = clipped_first, clipped_last
    return Excerpt(
        article_id=article.article_id,
        start=start,
        end=end,
        left=text[first:start],
        keyword=text[start:end],
        right=text[end:last],
        cut_left=cut_left,
        cut_right=cut_right,
    )


def _bounds(text: str, start: int, end: int, window: int) -> tuple[int, int, bool, bool]:
    """First and last offset of the sentence, and whether it goes on beyond the window on either side."""
    low, high = max(0, start - window), min(len(text), end + window)
    first, cut_left = low, low > 0
    for stop in reversed(list(_STOP.finditer(text, low, start))):  # the nearest one that ends a sentence
        after = _sentence_end(text, stop.start())
        if after is not None and after <= start:
            first, cut_left = after, False
            break
    last, cut_right = high, high < len(text)
    for stop in _STOP.finditer(text, end, high):
        after = _sentence_end(text, stop.start())
        if after is not None:
            last, cut_right = (stop.start() if text[stop.start()] in _LINE_ENDS else after), False
            break
    if cut_left:
        first = _clip_left(text, first, start, start - first - 1)
    if cut_right:
        last = _clip_right(text, end, last, last - end - 1)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last, cut_left, cut_right


def _sentence_end(text: str, i: int) -> int | None:
    """Where the sentence ends that the stop at `i` ends, closing quotes included; None = this stop ends none."""
    if text[i] in _LINE_ENDS:
        return i + 1
    if text[i] == _FULL_STOP and not _ends_sentence(text, i):
        return None
    following = text[i + 1 : i + 2]
    if text[i] != _FULL_STOP and following.isascii() and following.isalnum():
        return None  # the ? of an address
    after = i + 1
    limit = min(len(text), i + 20)
    while after < limit and (text[after] in _RUN_OF_STOPS or text[after] in _CLOSING or _closes(text, after)):
        after += 1
    return after


def _closes(text: str, i: int) -> bool:
    """Whether the quotation mark at `i` closes: it is followed by a space, a bracket, another quote or nothing."""
    following = text[i + 1 : i + 2]
    return text[i] in _QUOTES and (
        not following or following.isspace() or following in _CLOSING or following in _QUOTES
    )


def _ends_sentence(text: str, i: int) -> bool:
    """Whether the full stop at `i` ends a sentence, not a number, an abbreviation, an address or a pause (``..``)."""
    before, following = text[i - 1 : i], text[i + 1 : i + 2]
    if _FULL_STOP in (before, following):
        return False
    if following.isascii() and following.isalnum() and (before.isspace() or (before.isascii() and before.isalnum())):
        return False
    if before.isdigit() and following.isdigit():
        return False
    word, at_line_start = _word_before(text, i)
    if (len(word) == 1 and word.isalpha()) or word.lower() in _TITLES:
        return False
    if word.isdigit() and at_line_start:
        return False  # the number of a list item
    return not _next_is_lowercase(text, i + 1)


def _word_before(text: str, i: int) -> tuple[str, bool]:
    """The letters and digits right before `i` (no more than can matter), and whether they start their line."""
    j = i
    while j > 0 and i - j <= _LONGEST_TITLE and text[j - 1].isalnum():
        j -= 1
    return text[j:i], j == 0 or text[j - 1] in _LINE_ENDS


def _next_is_lowercase(text: str, i: int) -> bool:
    rest = text[i : i + 3].lstrip(" \u00a0")
    return rest[:1].islower()


def _rooms(left: int, right: int, room: int) -> tuple[int, int]:
    """Share `room` between the sides: half each, and what one does not need goes to the other."""
    room = max(room, 0)
    left_room = min(left, max(room // 2, room - right))
    return left_room, min(right, room - left_room)


def _clip_left(text: str, first: int, start: int, room: int) -> int:
    """Where to begin so that at most `room` characters stand before `start`."""
    edge = start - room
    if edge <= first:
        return first
    mark = _CLAUSE_MARKS.search(text, edge, edge + room // 2)
    gap = mark or (None if text[edge - 1].isspace() else _SPACE.search(text, edge, start))
    begin = gap.end() if gap else edge
    while begin < start and (text[begin].isspace() or unicodedata.combining(text[begin])):
        begin += 1
    return begin


def _clip_right(text: str, end: int, last: int, room: int) -> int:
    """Where to stop so that at most `room` characters stand after `end`."""
    edge = end + room
    if edge >= last:
        return last
    marks = list(_CLAUSE_MARKS.finditer(text, edge - room // 2, edge))
    if marks:
        stop = marks[-1].start()
    elif text[edge].isspace():
        stop = edge
    else:
        stop = next((i for i in range(edge - 1, end - 1, -1) if text[i].isspace()), edge)
    while stop > end and (text[stop - 1].isspace() or unicodedata.combining(text[stop : stop + 1] or " ")):
        stop -= 1
    return stop
