"""A server on localhost that speaks Nominatim's API and misbehaves on demand."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def place(name: str, lat: float, lon: float, country: str = "sy", **fields) -> dict:
    """An entry of an answer, as Nominatim writes it."""
    return {
        "osm_type": "node",
        "osm_id": abs(hash(name)) % 10_000,
        "lat": str(lat),
        "lon": str(lon),
        "display_name": f"{name}, محافظة, البلد",
        "class": "place",
        "type": "town",
        "name": name,
        "namedetails": {"name": name},
        "address": {"country_code": country},
    } | fields


class Nominatim:
    """What the server knows, what it was asked, and how it behaves."""

    def __init__(self) -> None:
        self.places: dict[str, list[dict]] = {}
        self.behaviour: list[str] = []
        """What each next request meets: slow, 429, 500, text, shape, number, zero; afterwards it behaves."""
        self.always = ""
        self.asked: list[str] = []
        self.times: list[float] = []
        self.agents: set[str] = set()
        self.retry_after = "1"
        self.address = ""


@contextmanager
def serving():
    """A `Nominatim` that answers at its `address`."""
    nominatim = Nominatim()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)["q"][0]
            nominatim.asked.append(query)
            nominatim.times.append(time.monotonic())
            nominatim.agents.add(self.headers["User-Agent"])
            behaviour = nominatim.behaviour.pop(0) if nominatim.behaviour else nominatim.always
            if behaviour == "slow":
                time.sleep(1.0)
            found = nominatim.places.get(query, [])
            body = {
                "text": "<html>maintenance",
                "shape": '{"error": ["no", 1]}',
                "number": json.dumps([place(query, 331.5, 1) | {"lat": "abc"}]),
                "zero": json.dumps([place(query, 0, 0)]),
            }.get(behaviour, json.dumps(found))
            status = int(behaviour) if behaviour.isdigit() else 200
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", nominatim.retry_after)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a client that does not wait for a slow answer
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    nominatim.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield nominatim
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
