"""The console command, installed by pip into a folder of its own, away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import geo
from geo.settings import ROOT, load

pytest.importorskip("setuptools", minversion="77", reason="the build needs it: pip install -r requirements-dev.txt")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder that pip installed into; the libraries stay those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    sources = folder / "sources"
    # A copy: a build leaves folders behind.
    shutil.copytree(ROOT / "geo", sources / "geo", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", sources / "data")
    for name in ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder / "target")]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(sources)], check=True)
    return folder / "target"


def run(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "HOME": str(cwd),
        "ARTICLE_ATLAS_CACHE": str(load().cache.resolve()),
    }
    environment.pop("ARTICLE_ATLAS_STORE", None)
    command = [installed / "bin" / "article-atlas", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_the_command_says_its_version(installed, tmp_path):
    assert run(installed, "--version", cwd=tmp_path).stdout == f"Article Atlas {geo.__version__}\n"


def test_an_installed_command_ingests_queries_and_checks(installed, tmp_path):
    (tmp_path / "a.txt").write_text("وصل الوفد إلى مدينة الموصل قادما من بغداد.", encoding="utf-8")
    page = (
        "<html><body><article><h1>News</h1><p>The army entered the city of Raqqa on Friday.</p></article></body></html>"
    )
    (tmp_path / "b.html").write_text(page, encoding="utf-8")
    done = run(installed, "ingest", "a.txt", "b.html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 articles: 2 new")
    places = json.loads(run(installed, "query", "places", "--json", cwd=tmp_path).stdout)
    assert {place["name"] for place in places} == {"Mosul", "Baghdad", "Raqqa"}
    checked = run(installed, "check", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
    assert str(ROOT / "geo") not in checked.stdout


def test_every_file_that_is_no_module_is_installed_too(installed):
    kept = {"py", "pyc"}
    here = {path.relative_to(ROOT) for path in (ROOT / "geo").rglob("*.*") if path.suffix[1:] not in kept}
    there = {path.relative_to(installed) for path in (installed / "geo").rglob("*.*")}
    assert here <= there
    data = {Path("geo") / path.relative_to(ROOT) for path in (ROOT / "data").rglob("*.*")}
    assert data <= there
