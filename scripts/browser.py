"""Print the path of a Chromium for the browser tests; install one if the machine has none.

One that is there comes first; then Debian's, where it may be installed; then Playwright's own, which it finds by
itself: an empty line is printed for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """A Chromium named by CHROMIUM or on the PATH."""
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, NAMES) if path), None)


def install_with_apt() -> bool:
    """Install Debian's package as the superuser or with a sudo that asks for no password."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and not shutil.which("sudo"):
        return False
    steps = (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"])
    return all(run([*prefix, *step]) for step in steps)


def install_with_playwright() -> bool:
    """Download the browser that this version of Playwright was made for."""
    return run([sys.executable, "-m", "playwright", "install", "chromium"])


def run(command: list[str]) -> bool:
    """Run it with its output on standard error, so that standard output holds the path alone."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, stdout=sys.stderr, env=environment, check=False).returncode == 0


def main() -> int:
    """Print the path; 1 if no browser could be had."""
    path = found()
    if path is None and install_with_apt():
        path = found()
    if path is None and not install_with_playwright():
        print("no Chromium: install one, or name it with CHROMIUM=/path/to/chromium", file=sys.stderr)
        return 1
    print(path or "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
