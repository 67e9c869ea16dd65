"""What the gazetteer costs a process: run as a program of its own, it loads it once and tells. See `measure`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from geo.errors import GazetteerError
from geo.settings import Settings

_PROGRAM = """
import sys
from pathlib import Path
from geo.gazetteer.cost import tell
tell(*map(Path, sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of loading the compiled gazetteer in a process of its own."""

    places: int
    start_s: float
    memory_mb: float
    """Most that the process held, Python and its libraries included."""
    compile_s: float = 0.0
    """What the first start took, which compiles; as `start_s` if that was done before."""
    compile_mb: float = 0.0


def measure(settings: Settings) -> Cost:
    """Compile the gazetteer if need be, then load it in another process and look."""
    first = _run(settings)
    return replace(_run(settings), compile_s=first.start_s, compile_mb=first.memory_mb)


def _run(settings: Settings) -> Cost:
    folders = [str(each) for each in (settings.data, settings.cache, settings.gazetteers)]
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *folders], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}, as when memory runs out"])[-1]
        raise GazetteerError(f"the gazetteer cannot be compiled: {last}; remove the one that was added last")
    return Cost(**json.loads(done.stdout))


def tell(data: Path, cache: Path, gazetteers: Path) -> None:
    """Load the gazetteer and print its `Cost` as JSON."""
    from geo import gazetteer

    started = time.perf_counter()
    loaded = gazetteer.load(Settings(data=data, cache=cache, gazetteers=gazetteers))
    seconds = time.perf_counter() - started
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({"places": len(loaded), "start_s": seconds, "memory_mb": memory}))
