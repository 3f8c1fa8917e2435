"""What a batch tells while it runs: a live table on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from ita_analysis.cli.frame import say
from ita_analysis.run.wording import say as words
from ita_analysis.run.wording import time_text
from ita_analysis.run.worker import OK, Outcome
from ita_analysis.thai.text import printable

if TYPE_CHECKING:
    from ita_analysis.run.batch import Show
    from ita_analysis.run.plan import Plan
    from ita_analysis.run.progress import Progress

REST_EVERY = 20  # outcomes between two lines that say how long to go


def show_for(workers: int) -> Show:
    """Return the way to tell that fits where messages go."""
    return Live(workers) if sys.stderr.isatty() else Lines(workers)


class Lines:
    """One plain line per outcome, and now and then how long to go."""

    def __init__(self, workers: int) -> None:
        self.workers, self.count = workers, 0
        self.names: dict[str, str] = {}
        self.said_cold = False

    def begin(self, plan: Plan, progress: Progress) -> None:
        """Say what begins."""
        self.names = {step.agency_code: step.name_th for step in plan.steps}
        if progress.left:
            say(words("batch.begin", run=plan.run.name, count=progress.left, workers=self.workers))

    def changed(self, progress: Progress, outcome: Outcome | None) -> None:
        """Say what became of one."""
        if outcome is None:
            return
        self.count += 1
        if outcome.cold and not self.said_cold:
            self.said_cold = True
            say(outcome.cold)
        name = self.names.get(outcome.agency_code, "")
        key = "batch.line_ok" if outcome.state == OK else "batch.line_failed"
        say(words(key, code=outcome.agency_code, name=name, why=outcome.why, seconds=outcome.seconds))
        if self.count % REST_EVERY == 0 and progress.left:
            say(
                words(
                    "batch.line_rest",
                    left=progress.left,
                    rate=progress.per_minute,
                    time=time_text(progress.seconds_to_go),
                )
            )

    def end(self) -> None:
        """Nothing to put away."""


class Live:
    """A table that stands still while its numbers change; failures scroll above it."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.names: dict[str, str] = {}
        self.run = ""
        self.live: Any = None
        self.said_cold = False

    def begin(self, plan: Plan, progress: Progress) -> None:
        """Open the table."""
        from rich.console import Console
        from rich.live import Live as Table

        self.names = {step.agency_code: step.name_th for step in plan.steps}
        self.run = plan.run.name
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self.live = Table(self._table(progress), console=console, refresh_per_second=2, transient=True)
        self.live.start()

    def changed(self, progress: Progress, outcome: Outcome | None) -> None:
        """Change the numbers."""
        if outcome is not None and outcome.state != OK:
            name = self.names.get(outcome.agency_code, "")
            said = words("batch.line_failed", code=outcome.agency_code, name=name, why=outcome.why)
            self.live.console.print(printable(said))
        if outcome is not None and outcome.cold and not self.said_cold:
            self.said_cold = True
            self.live.console.print(printable(outcome.cold))
        self.live.update(self._table(progress))

    def end(self) -> None:
        """Take the table away."""
        if self.live is not None:
            self.live.stop()

    def _table(self, progress: Progress) -> Any:
        from rich.table import Table

        table = Table(title=words("batch.title", run=self.run), title_justify="left")
        heads = ("running", "done", "failed", "skipped", "left", "rate", "to_go")
        for name in heads:
            table.add_column(words(f"batch.{name}"), justify="right", no_wrap=True)
        rate = progress.per_minute
        table.add_row(
            str(len(progress.running)),
            str(progress.ok),
            str(progress.failed),
            str(progress.skipped),
            str(progress.left),
            words("batch.unknown") if rate is None else str(rate),
            time_text(progress.seconds_to_go),
        )
        now = time.monotonic()
        at_work = [
            printable(f"{code} {self.names.get(code, '')} ({now - since:.0f} s)")
            for code, since in sorted(progress.running.items())
        ]
        table.caption = "\n".join(at_work)
        table.caption_justify = "left"
        return table
