"""PDF files made by hand: each line a string of glyphs whose codes are Unicode, placed from left to right."""

from __future__ import annotations

from collections.abc import Sequence

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
3 beginbfrange
%s
endbfrange endcmap end end""" % b"\n".join(
    b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in (0x00, 0x06, 0xFE)
)


def pdf(*pages: Sequence[str | Sequence[str]], info: str = "", extra: str = "") -> bytes:
    """A PDF with `pages` of lines, each drawn from left to right as one string, or as the strings of a list.

    `info` (of the file) and `extra` (of each page) go into it as they are.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (7 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(_TO_UNICODE),
        f"<< {info} >>".encode("latin-1"),
    ]
    for number, lines in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> %s >>" % (8 + 2 * number, extra.encode()),
            _stream(_content(lines)),
        ]
    return _file(objects)


def visual(line: str) -> str:
    """A line of Arabic as its glyphs stand from left to right."""
    return line[::-1]


def _content(lines: Sequence[str | Sequence[str]]) -> bytes:
    drawn = []
    for n, line in enumerate(lines):
        left = 50
        for part in [line] if isinstance(line, str) else line:
            glyphs = part.encode("utf-16-be").hex().encode()
            drawn.append(b"BT /F 12 Tf 1 0 0 1 %d %d Tm <%s> Tj ET" % (left, 800 - 16 * n, glyphs))
            left += 6 * len(part) + 4
    return b"\n".join(drawn)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)
