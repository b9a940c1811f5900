"""Benchmarks: ``make bench``. What is measured and how: docs/benchmarks.md.

Prints a table and writes var/bench.json; exit code 1 when a limit is not kept.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.bench import completion, growth
from tests.bench.figures import table

RESULT = Path(__file__).parents[2] / "var" / "bench.json"


def main() -> int:
    """Run everything."""
    began = perf_counter()
    RESULT.parent.mkdir(exist_ok=True)
    # Beside the result: the system's folder for such files may be memory, where a commit costs nothing.
    with tempfile.TemporaryDirectory(dir=RESULT.parent, prefix="bench-") as folder:
        figures = [*completion.measure(Path(folder)), *growth.measure(Path(folder))]
    content = {figure.name: figure.as_json() for figure in figures}
    RESULT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(table(figures))
    print(f"{perf_counter() - began:.0f} s; written to {RESULT}")
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
