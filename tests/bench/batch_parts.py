"""What the parts of a pack cost in a warm process: the notebook's own cells, and each step of its export.

    .venv/bin/python tests/bench/batch_parts.py [--agencies 12] [--year 2567] [--scores data/synthetic]

The cells and the PDF together are what a batch can't do without: its CPU per agency divided by theirs says what the rest
adds. Every agency is another document, so that nothing is answered from memory. Prints JSON; CPU in seconds per agency.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import MIME
from ita_analysis.brief.warm_up import warm_up
from ita_analysis.export import html, pdf, workbook
from ita_analysis.export.document import read_document
from ita_analysis.run import contents
from ita_analysis.scores import reading

NOTEBOOK = "district_brief.ipynb"
WARM = 3  # agencies that are made first and not counted


class Clock:
    """CPU seconds of this process by name of the step."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:
        """Return what `step` returns, its CPU kept under `name`."""
        start = time.process_time()
        made = step()
        self.seconds.setdefault(name, []).append(time.process_time() - start)
        return made

    def means(self) -> dict[str, float]:
        """Return the mean of each step without the first agencies."""
        return {name: round(statistics.mean(taken[WARM:]), 4) for name, taken in self.seconds.items()}


def executed(notebook: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook with what its cells show when they are run here, one after the other."""
    names: dict[str, Any] = {}
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            cells.append(cell)
            continue
        shown = list(_run("".join(cell["source"]), names))
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(parameters)
        outputs = [{"output_type": "display_data", "metadata": {}, "data": bundle} for bundle in shown]
        cells.append({**cell, "execution_count": 1, "outputs": outputs})
    return {**notebook, "cells": cells}


def _run(source: str, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Run one cell and yield what it shows, as a kernel stores it."""
    shown: list[Any] = []
    names["display"] = lambda *blocks: shown.extend(blocks)
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if isinstance(last, ast.Expr) and (value := eval(compile(ast.Expression(last.value), "cell", "eval"), names)):
        shown.append(value)
    yield from (block._repr_mimebundle_() for block in shown)


def blocks_of(notebook: dict[str, Any]) -> Counter[str]:
    """Return how many blocks of each kind a notebook shows."""
    outputs = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return Counter(data[MIME]["kind"] for data in outputs)


def resident_mb() -> float:
    """Return the resident memory of this process; 0 where /proc does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return round(pages * 4096 / 1e6, 1)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--agencies", type=int, default=12)
    asked.add_argument("--year", type=int, default=2567)
    asked.add_argument("--scores", type=Path, default=places.data_folder() / "synthetic")
    given = asked.parse_args()
    notebook = json.loads((places.notebooks_folder() / NOTEBOOK).read_text(encoding="utf-8"))
    codes = sorted(reading.read([given.scores]).names())[: WARM + given.agencies]
    warm_up(str(given.scores))
    clock, memory, kinds, sizes = Clock(), 0.0, Counter[str](), Counter[str]()
    for number, code in enumerate(codes):
        values = {"agency": code, "fiscal_year_be": given.year, "scores": str(given.scores)}
        done = clock("cells", lambda values=values: executed(notebook, values))
        document = clock("read_document", lambda done=done: read_document(done))
        files = {
            "brief.html": clock("html", lambda document=document: html.render(document)),
            "brief.pdf": clock("pdf", lambda document=document: pdf.render(document)),
            "annex.xlsx": clock("annex", lambda document=document: workbook.render(document)),
            "executed.ipynb": clock("as_bytes", lambda done=done: contents.as_bytes(done)),
        }
        if number == WARM - 1:
            gc.collect()
            gc.freeze()  # as a worker does after its first pack
            memory = resident_mb()
        kinds = blocks_of(done)
        sizes = Counter({name: len(data) for name, data in files.items()})
    means = clock.means()
    assert kinds["chart"] >= 1, "no chart was drawn: this would be a wonderful benchmark of nothing"
    result = {
        "agencies": len(codes) - WARM,
        "cells_and_pdf": round(means["cells"] + means["pdf"], 4),
        "parts": means,
        "blocks_per_pack": dict(kinds),
        "bytes_of_last": dict(sizes),
        "resident_mb": {"warm": memory, "end": resident_mb()},
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
