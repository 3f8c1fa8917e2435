"""Jobs that go wrong on a Dask worker and nowhere else; the workers of the suite can import them."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from ita_analysis.run.tasks import Subject
from ita_analysis.run.worker import Refusal

WORKER = "ITA_SUITE_WORKER"  # in the environment of the suite's Dask workers


def subject(code: str) -> Subject:
    """Return a made-up agency."""
    return Subject(code, f"หน่วยงานสมมติ {code}", 2567, "demo-2567", True)


@dataclass(frozen=True)
class Reason(Refusal):
    """A job that writes a reason page: the quickest there is."""

    trace: Path | None = None  # one letter for each time that a worker begins it

    def begin(self) -> None:
        """Do what is odd about it."""

    def __getattribute__(self, name: str) -> object:
        if name == "problems" and os.environ.get(WORKER):
            if self.trace:
                with self.trace.open("a", encoding="ascii") as stream:
                    stream.write("x")
            self.begin()
        return super().__getattribute__(name)


@dataclass(frozen=True)
class Deadly(Reason):
    """A job that takes its worker with it."""

    def begin(self) -> None:
        """Kill the worker."""
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Endless(Reason):
    """A job that hangs."""

    def begin(self) -> None:
        """Hang."""
        time.sleep(300)
