"""A program for test_crash.py: for each line on standard input, a fresh process that ingests; its id and its end on
standard output. It imports once and forks before it opens anything, so that a crash costs no start of Python."""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from pathlib import Path

import places

from geo import ingest as ingest_module
from geo.errors import StoreError
from geo.ingest import ingest_items
from geo.parallel import InProcess
from geo.store import writer as writer_module

SOURCES = 3


def corpus(generation: int, count: int = 30) -> list:
    """Articles of which every third is edited and every fifth replaced from one generation to the next."""
    articles = []
    for n in range(count):
        edition = generation if n % 3 == 0 else 0
        name = f"a{n}" if n % 5 else f"a{n}-{generation}"
        text = f"طبعة {edition} رقم {n}: " + ("من الموصل إلى سرت" if (n + edition) % 2 else "في ليبيا وفي الموصل")
        articles.append(places.article(text, name, source=f"s{n % SOURCES}", published=f"201{n % 8}-0{n % 9 + 1}-11"))
    return articles


def ingest(store: Path, generation: int, *, mirror: bool = True, wait_s: float = 0.0) -> None:
    """One ingest of many small commits."""
    ingest_module.BATCH_ARTICLES = 6
    writer_module.FLUSH_BYTES = dict.fromkeys(writer_module.FLUSH_BYTES, 1)
    runner = InProcess(lambda article: places.geoparse(article.text))
    ingest_items(corpus(generation), store, runner=runner, recipe="r1", mirror=mirror, wait_s=wait_s)


def child(order: dict) -> int:
    if order.get("file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    try:
        ingest(Path(order["store"]), order["generation"], mirror=order["mirror"], wait_s=order["wait_s"])
    except StoreError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 2
    except Exception:  # noqa: BLE001 - whatever it is, the forked process must not go on with the parent's loop
        traceback.print_exc()
        return 3
    return 0


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(child(order))
        print(json.dumps({"pid": pid}), flush=True)
        if not order.get("leave"):
            _, status = os.waitpid(pid, 0)
            print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
