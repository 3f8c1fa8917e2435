"""The warm-up pays what a first brief costs, and leaves nothing."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys, threading
from ita_analysis.brief import blocks
from ita_analysis.brief.warm_up import warm_up
charts = []
class Counted(blocks.Chart):
    def _repr_mimebundle_(self, *given):
        charts.append(self.svg)
        return super()._repr_mimebundle_(*given)
blocks.Chart = Counted
from ita_analysis.brief import histories, pictures
histories.Chart = pictures.Chart = Counted
warm_up()
before = set(sys.modules)
from ita_analysis.brief.district import open_brief
brief = open_brief("1028", 2566)
for name in ("cover", "tiles", "main_chart", "findings", "watch_list", "peers_chart", "history_chart", "every_item"):
    getattr(brief, name)()._repr_mimebundle_()
print(len(charts), sorted(set(sys.modules) - before), threading.active_count(), "matplotlib.pyplot" in sys.modules)
"""


def test_after_the_warm_up_a_brief_imports_nothing_more_and_no_thread_was_started(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "3 [] 1 False\n", done.stderr
