"""A process that writes an atlas in object storage, to be killed: python remote_writer.py ADDRESS CACHE."""

from __future__ import annotations

import sys
from pathlib import Path

from places import article, geoparse

from geo import remote
from geo.store import Writer


def main() -> None:
    """Four hundred articles; a line on standard output when the run is about to end."""
    with Writer(remote.store_path(sys.argv[1], Path(sys.argv[2])), recipe="r1", wait_s=5) as writer:
        writer.keep_the_rest()
        texts = [article(f"خبر {n} من الموصل إلى سرت", f"{n:016x}") for n in range(400)]
        writer.add((item, geoparse(item.text)) for item in texts)
        print("ends", flush=True)
        writer.finish()


if __name__ == "__main__":
    main()
