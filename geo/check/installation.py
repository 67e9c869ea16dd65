"""The installation: Python, the libraries and their versions, the files that the map is drawn with."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

import geo
from geo.check.finding import Finding
from geo.settings import ROOT

_REQUIREMENTS = ROOT / "requirements.txt"
_INSTALL = "install what is missing: make install, or pip install -r requirements.txt"
_PAGE_FILES = {
    "xstatic.pkg.leaflet": ("leaflet.js", "leaflet.css"),
    "xstatic.pkg.jquery": ("jquery.min.js",),
}


def check_installation() -> Iterator[Finding]:
    """The checks in order; none raises."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(True, f"versions: Article Atlas {geo.__version__}, Python {python}")
    required = list(_required())
    wrong = [line for requirement in required if (line := _wrong(requirement))]
    if wrong:
        yield Finding(False, f"libraries: {'; '.join(wrong)}", _INSTALL)
    else:
        yield Finding(True, f"libraries: {len(required)}, all of versions that fit")
    missing = [line for package, files in _PAGE_FILES.items() for line in _missing(package, files)]
    if missing:
        yield Finding(False, f"files of the map: {'; '.join(missing)}", _INSTALL)
    else:
        yield Finding(True, "files of the map: all there, none is fetched from the network")


def _required() -> Iterator[Requirement]:
    if _REQUIREMENTS.is_file():
        lines = _REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    else:
        try:
            lines = metadata.requires("article-atlas") or []
        except metadata.PackageNotFoundError:
            lines = []
    for line in lines:
        plain = re.sub(r"(^|\s)#.*", "", line).strip()
        try:
            requirement = Requirement(plain)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def _wrong(requirement: Requirement) -> str:
    """What is wrong with the installed version; "" = nothing."""
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} {found} is installed, {requirement.specifier} is needed"


def _missing(package: str, files: tuple[str, ...]) -> Iterator[str]:
    try:
        folder = Path(str(import_module(package).BASE_DIR))
    except ImportError:
        yield f"{package} is not installed"
        return
    yield from (f"{folder / name} is not there" for name in files if not (folder / name).is_file())
