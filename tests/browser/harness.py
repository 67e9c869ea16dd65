"""The real dashboard on a free port, and a page in a browser that can reach nothing but this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Locator, Page, WebSocket
from playwright.sync_api import TimeoutError as TooLate

from geo.settings import ROOT

START_S = 60
MAP_FRAME = 'iframe[title="streamlit_folium.st_folium"]'
LOCAL_HOSTS = {"localhost", "127.0.0.1"}
CUT_OFF = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
"""Of the browser: no name leads out of this machine. Refusing each request by a handler costs seconds a page."""


def chromium() -> str | None:
    """A Chromium that is there; None = Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(corpus: Path | None, store: Path, **environ: str) -> Iterator[str]:
    """The dashboard on a folder of articles, or on a store as it is; gives its address once it answers."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **environ, "ARTICLE_ATLAS_STORE": str(store)}
    environment.pop("ARTICLE_ATLAS_CORPUS", None)
    if corpus:
        environment["ARTICLE_ATLAS_CORPUS"] = str(corpus)
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "dashboard.py",
        "--server.headless=true",
        f"--server.port={port}",
    ]
    log = store.parent / f"{port}.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(f"{address}/_stcore/health", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the dashboard did not start:\n{log.read_text()}")


@dataclass
class Sight:
    """A page of the dashboard, and all that went wrong on it."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    """Requests to other machines; they were refused."""
    faults: list[str] = field(default_factory=list)
    """Console errors, uncaught errors, dialogs, failed requests."""
    received: int = 0
    """Bytes that the server sent over its socket."""
    listening: list[tuple[str, Callable[[Any], object]]] = field(default_factory=list)
    """Events of the page, and who is told of them."""

    def listen(self, event: Any, told: Callable[[Any], object]) -> None:
        """Be told of an event of the page."""
        self.page.on(event, told)
        self.listening.append((event, told))

    def stop_watching(self) -> None:
        """Another sight of the page may begin."""
        for event, told in self.listening:
            self.page.remove_listener(event, told)

    def open(self, query: str = "") -> Sight:
        """Load the page and wait until map and panel are there; the first time the gazetteer is compiled (20 s)."""
        self.page.goto(f"{self.address}/{query}")
        try:
            self.frame_locator("[data-ready=true]").wait_for(timeout=120_000)
            self.panel.locator("h2").wait_for()
        except TooLate as error:
            raise AssertionError(f"no map; the page says: {self.page.inner_text('body')!r}; {self.faults}") from error
        return self

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def heading(self) -> Locator:
        return self.panel.locator("h2")

    @property
    def map_frame(self) -> Frame:
        handle = self.page.locator(MAP_FRAME).element_handle()
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return frame

    def frame_locator(self, selector: str) -> Locator:
        return self.page.frame_locator(MAP_FRAME).locator(selector)

    def view(self) -> list[float]:
        """The map's centre and zoom."""
        found: list[float] = self.map_frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
        return found

    def shown_on_map(self) -> int:
        """How many places the map has."""
        return int(self.map_frame.evaluate("map.getContainer().dataset.shown"))

    def expect_on_map(self, count: int) -> None:
        """Wait until the map has so many places."""
        self.map_frame.wait_for_function("n => map.getContainer().dataset.shown === String(n)", arg=count)

    def point_of(self, name: str) -> tuple[float, float]:
        """Where a place stands on the page, in pixels."""
        position = self.map_frame.evaluate("name => atlas.find(map, name)", name)
        box = self.page.locator(MAP_FRAME).bounding_box()
        assert position, f"{name} is not on the map"
        assert box
        return box["x"] + position[0], box["y"] + position[1]

    def click_place(self, name: str) -> None:
        """A real click of the mouse on the place's handle."""
        self.page.mouse.click(*self.point_of(name))

    def zoom_out(self, steps: int = 1) -> None:
        for _ in range(steps):
            self.frame_locator(".leaflet-control-zoom-out").click()
            self.page.wait_for_timeout(400)  # Leaflet's animation


def watch(page: Page, address: str) -> Sight:
    """A page whose requests to other machines are counted; `CUT_OFF` makes the browser find none of these."""
    sight = Sight(page, address)

    def note(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL_HOSTS:
            sight.outside.append(url)

    def opened(socket: WebSocket) -> None:
        note(socket.url)
        socket.on("framereceived", count)

    def count(payload: str | bytes) -> None:
        sight.received += len(payload)

    sight.listen("request", lambda request: note(request.url))
    sight.listen("websocket", opened)
    sight.listen("console", lambda message: message.type == "error" and sight.faults.append(message.text))
    sight.listen("pageerror", lambda error: sight.faults.append(str(error)))
    sight.listen("dialog", lambda dialog: (sight.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
    sight.listen("requestfailed", lambda request: sight.faults.append(f"{request.url}: {request.failure}"))
    sight.listen(
        "response", lambda answer: answer.status >= 400 and sight.faults.append(f"{answer.status} {answer.url}")
    )
    return sight
