from __future__ import annotations

import re
import subprocess
import sys

import pytest

from geo.settings import ROOT


def names(path: str) -> set[str]:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines)
    return {match.group().lower().replace("_", "-") for match in found if match}


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [("requirements.txt", "requirements.lock"), ("requirements-dev.txt", "requirements-dev.lock")],
)
def test_every_requirement_is_locked(wanted, lock):
    assert names(wanted) <= names(lock)


def test_the_tools_run_with_the_versions_of_the_product():
    product, tools = ((ROOT / lock).read_text().split("\n") for lock in ("requirements.lock", "requirements-dev.lock"))
    pinned = re.compile(r"^[\w.-]+==")
    assert {line for line in product if pinned.match(line)} <= {line for line in tools if pinned.match(line)}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_no_address_and_every_version_has_a_hash(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text) if "==" in block)


def test_the_command_line_starts_without_the_map_and_the_page():
    program = "import sys, geo.__main__; print({'streamlit', 'folium', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
