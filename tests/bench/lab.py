"""What the analyst's room costs in CPU seconds of its own process, beside importing pandas in the same process.

    python tests/bench/lab.py                              the shipped scores
    python tests/bench/lab.py --scores DIR --agency CODE   a large set; its groups are counted and stored first

What is measured: `import ita_analysis`, `ita.load()` with its first table, the first chart, and picks of the exploring
notebook (all views made and serialised as a kernel sends them). The ratio to pandas is what compares across machines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any


def cpu(action: Callable[[], Any]) -> float:
    """Return the CPU seconds that `action` takes."""
    start = time.process_time()
    action()
    return time.process_time() - start


class Sent:
    """A display handle that makes what a kernel would send."""

    def __init__(self, block: Any) -> None:
        self.update(block)

    def update(self, block: Any) -> None:
        """Serialise a block."""
        json.dumps(block._repr_mimebundle_())


def imported() -> None:
    """Import what everything here stands on."""
    import pandas  # noqa: F401


def first_table(scores: str) -> None:
    """Read the scores and show what there is."""
    import ita_analysis as ita

    ita.load(scores)._repr_mimebundle_()


def first_chart(scores: str, agency: str, year: int) -> None:
    """Draw the first picture of a session."""
    import ita_analysis as ita

    ita.load(scores).choose(agency, year).draw("profile")._repr_mimebundle_()


def picks(scores: str, agency: str, year: int, count: int) -> Iterator[tuple[str, float]]:
    """Yield kind and cost of picks: other agencies, an item, an instrument, a line, the year before."""
    from ita_analysis.lab import jobs, screen
    from ita_analysis.lab.explore import open_explore
    from ita_analysis.lab.pickers import Pickers

    screen.display = lambda block, **_: Sent(block)
    room = open_explore(agency, year, 90.0, scores)
    for framework, is_synthetic in jobs.frameworks_of(room.source):
        jobs.all_peers(room.source.read, framework, is_synthetic, ())
    pickers = Pickers(room)
    for name in ("cover", "profile", "trend", "findings", "peers", "items", "what_if", "every_item"):
        getattr(room, name)()
    codes = sorted(code for code in room.source.read.names() if year in room.source.years_of(code))[:: max(1, count)]
    for code in [one for one in codes if one != agency][:count]:
        yield "agency", cpu(lambda code=code: room.change(agency=code))
    for kind, given in (
        ("item", {"item": str(room.facts.items["code"].iloc[0])}),
        ("instrument", {"instrument": "EIT"}),
        ("line", {"line": 85.0}),
        ("year", {"year": year - 1}),
    ):
        yield kind, cpu(lambda given=given: room.change(**given))
    yield "search", cpu(lambda: setattr(pickers.search, "value", "99"))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scores", default="data/synthetic")
    asked.add_argument("--agency", default="9901")
    asked.add_argument("--year", type=int, default=2567)
    asked.add_argument("--picks", type=int, default=12)
    given = asked.parse_args()
    base = cpu(imported)
    costs = {
        "load_and_first_table": cpu(lambda: first_table(given.scores)),
        "first_chart": cpu(lambda: first_chart(given.scores, given.agency, given.year)),
    }
    found: dict[str, list[float]] = {}
    for kind, cost in picks(given.scores, given.agency, given.year, given.picks):
        found.setdefault(kind, []).append(cost)
    costs |= {f"pick_{kind}": statistics.median(own) for kind, own in found.items()}
    costs["pick_slowest"] = max(cost for own in found.values() for cost in own)
    told = {name: {"cpu_s": round(cost, 4), "of_pandas": round(cost / base, 2)} for name, cost in costs.items()}
    print(json.dumps({"import_pandas_cpu_s": round(base, 3), **told}, indent=1))


if __name__ == "__main__":
    main()
