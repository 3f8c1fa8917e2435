"""A worker of a batch: a process with a warm parent of its own that makes one pack after another until its line closes."""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from ita_analysis.errors import ItaError, MachineError, NotebookError, Problem
from ita_analysis.run import kernels
from ita_analysis.run.limits import Limits
from ita_analysis.run.state import Facts, Held, facts_of
from ita_analysis.run.tasks import Options, Subject, Task
from ita_analysis.run.warm import WarmParent

GARBAGE = 50_000  # new objects until it is looked for what can go: a pack makes a million, and few in circles
TIDY_EVERY = 25  # packs, after which a worker gives back what it holds for nothing
OK, FAILED, MACHINE = "ok", "failed", "machine"


@dataclass(frozen=True)
class Refusal:
    """An agency without a pack for a reason that was known before: its reason page is to be written."""

    run: Path
    subject: Subject
    said: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Overview:
    """The overview of all agencies of a run, to be made at its end."""

    run: Path
    subject: Subject
    options: Options


Job = Task | Refusal | Overview


@dataclass(frozen=True)
class Outcome:
    """What became of one agency. `held` and `files` are those of a good pack; `todo` belongs to a machine in the way."""

    agency_code: str
    state: str
    why: str = ""
    todo: str = ""
    seconds: float = 0.0
    held: Held | None = None
    files: Facts | None = None
    cold: str = ""  # why kernels start cold, where they do


class Maker:
    """Makes packs in this process, forking kernels from a warm parent where the system can."""

    def __init__(self, parent: WarmParent, limits: Limits) -> None:
        self.limits = limits
        self.parent = parent
        self._made = 0

    def __enter__(self) -> Maker:
        self.parent.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.parent.close()

    def make(self, job: Job) -> Outcome:
        """Return what became of the job; no fault of one agency leaves this function as an error."""
        outcome = self._make(job)
        self._made += 1
        is_turn = self._made % TIDY_EVERY == 0
        if is_turn:
            gc.collect()
        if is_turn or (isinstance(job, Task) and job.options.round):
            kernels.give_back_memory()  # also of a report's pictures, before the next one's kernel takes its own
        return outcome

    def _make(self, job: Job) -> Outcome:
        started = time.monotonic()
        code = job.subject.agency_code
        try:
            from ita_analysis.run import making

            if isinstance(job, Refusal):
                making.refuse(job.run, job.subject, job.said, job.problems)
                return Outcome(code, FAILED, job.said, seconds=time.monotonic() - started)
            if isinstance(job, Overview):
                return self._overview(job, started)
            done = making.make(job, limits=self.limits, kernels=self.parent)
        except NotebookError as error:
            return Outcome(code, FAILED, error.message, seconds=time.monotonic() - started)
        except MachineError as error:
            return Outcome(code, MACHINE, error.message, error.todo, time.monotonic() - started)
        except ItaError as error:
            return self._failed(job, str(error), started)
        except Exception as error:  # a fault of ours costs this agency alone, and says where it is
            return self._failed(job, f"{type(error).__name__}: {error}", started)
        held = Held(done.cache_key, done.parts, round(time.monotonic() - started, 2))
        return Outcome(code, OK, "", "", held.seconds, held, facts_of(done.folder), self.parent.why_not)

    def _overview(self, job: Overview, started: float) -> Outcome:
        from ita_analysis.run import city

        asked, year = job.options, job.options.fiscal_year_be
        made = city.make_city(
            job.run,
            year,
            job.subject.framework,
            asked.line,
            asked.scores,
            asked.rules,
            registers=asked.registers,
            limits=self.limits,
            kernels=self.parent,
        )
        seconds = round(time.monotonic() - started, 2)
        return Outcome(job.subject.agency_code, OK, seconds=seconds, files=facts_of(made.folder))

    def _failed(self, job: Job, said: str, started: float) -> Outcome:
        from ita_analysis.run import making

        code = job.subject.agency_code
        try:
            making.refuse(job.run, job.subject, said)
        except MachineError as error:
            return Outcome(code, MACHINE, error.message, error.todo, time.monotonic() - started)
        return Outcome(code, FAILED, said, seconds=time.monotonic() - started)


def serve(line: Connection, scratch: Path, parent: WarmParent, limits: Limits) -> None:
    """Make what comes over the line, one job at a time, and answer with its outcome; end at None or when the line closes."""
    kernels.ignore_interrupts()  # the batch says when to stop
    kernels.die_with_parent()
    os.environ["TMPDIR"] = str(scratch)
    tempfile.tempdir = None
    with Maker(parent, limits) as maker, contextlib.suppress(EOFError, OSError):
        is_first = True
        while (job := line.recv()) is not None:
            line.send(maker.make(job))
            if is_first:  # what the first pack loaded stays: no need to go through it again and again
                gc.collect()
                gc.freeze()
                gc.set_threshold(GARBAGE)
            is_first = False
