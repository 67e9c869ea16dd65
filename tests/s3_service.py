"""A stand-in for S3 on this machine: objects in memory, listings, and writes under S3's conditions. Over real HTTP."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

PAGE = 7
"""Objects on one page of a listing: few, so that listings have several."""


class Objects:
    """What one bucket holds: content and when it was put, by key."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.lock = threading.Lock()
        self.held: dict[str, tuple[bytes, datetime]] = {}

    def tag(self, key: str) -> str | None:
        found = self.held.get(key)
        return None if found is None else _tag(found[0])


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    objects: Objects
    refusing = False
    """Whether every request is answered with 403, as when keys ran out."""

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        key, content = self._key(), self._content()
        if key is None:
            return
        with self.objects.lock:
            tag = self.objects.tag(key)
            wanted = self.headers.get("If-Match")
            if (self.headers.get("If-None-Match") == "*" and tag is not None) or (wanted is not None and wanted != tag):
                self._error(412, "PreconditionFailed")
                return
            self.objects.held[key] = content, datetime.now(UTC)
        self._answer(200, b"", ETag=_tag(content))

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        key = self._key(list_wanted="list-type" in query)
        if key == "":
            self._list(query.get("prefix", [""])[0], query.get("continuation-token", [""])[0])
        elif key is not None:
            self._get(key)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        key = self._key()
        if key is not None:
            self.objects.held.pop(key, None)
            self._answer(204, b"")

    def do_POST(self) -> None:
        """Several objects deleted at once."""
        if self._key(list_wanted=True) is None:
            return
        asked = ET.fromstring(self._content())
        keys = [each.text or "" for each in asked.iter() if each.tag.endswith("Key")]
        for key in keys:
            self.objects.held.pop(key, None)
        done = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{done}</DeleteResult>".encode())

    def _key(self, *, list_wanted: bool = False) -> str | None:
        """The key that is asked for, "" for the bucket itself; None = refused."""
        if self.refusing:
            self.close_connection = True
            self._error(403, "AccessDenied")
            return None
        bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if bucket != self.objects.bucket:
            self._error(404, "NoSuchBucket")
            return None
        if not key and not list_wanted:
            self._error(400, "InvalidRequest")
            return None
        return key

    def _content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _get(self, key: str) -> None:
        found = self.objects.held.get(key)
        if found is None:
            self._error(404, "NoSuchKey")
            return
        content, when = found
        first, last, status = 0, len(content) - 1, 200
        extra = {}
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes=") and content:
            begin, _, end = wanted.removeprefix("bytes=").partition("-")
            first, last, status = int(begin), min(int(end or last), last), 206
            extra["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        stamp = format_datetime(when, usegmt=True)
        self._answer(status, content[first : last + 1], ETag=_tag(content), **{"Last-Modified": stamp}, **extra)

    def _list(self, prefix: str, after: str) -> None:
        with self.objects.lock:
            keys = sorted(key for key in self.objects.held if key.startswith(prefix) and key > after)
            page = keys[:PAGE]
            rows = "".join(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{when.strftime('%Y-%m-%dT%H:%M:%S.000Z')}</LastModified>"
                f"<ETag>{escape(_tag(content))}</ETag><Size>{len(content)}</Size></Contents>"
                for key in page
                for content, when in (self.objects.held[key],)
            )
        more = len(keys) > len(page)
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        listing = f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}<KeyCount>{len(page)}</KeyCount>{rows}"
        self._answer(200, f"<ListBucketResult>{listing}</ListBucketResult>".encode())

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@contextmanager
def serving(bucket: str) -> Iterator[str]:
    """The address of a service with one empty bucket."""
    handler = type("Handler", (Handler,), {"objects": Objects(bucket)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
