"""Carries out a plan: locks the run, gives the work to workers, keeps what is finished, and writes the page of the run."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ita_analysis.errors import MachineError
from ita_analysis.run import index, kernels, lock, pack
from ita_analysis.run.index import Memory
from ita_analysis.run.limits import Limits
from ita_analysis.run.mixture import refuse_mixture
from ita_analysis.run.plan import LEAVE, MAKE, REFUSE, RETRY, SKIP, Demand, Plan, Step, stale_th, why_th
from ita_analysis.run.pool import Pool
from ita_analysis.run.progress import Progress
from ita_analysis.run.runs import CITY, FAILED, REASON
from ita_analysis.run.state import Held
from ita_analysis.run.tasks import Subject
from ita_analysis.run.wording import say
from ita_analysis.run.worker import MACHINE, OK, Job, Outcome, Overview, Refusal

if TYPE_CHECKING:
    from ita_analysis.run.cluster import Cluster  # late: most batches have none

MANY = 1_000  # agencies whose overview takes so much memory that no worker may stand idle beside it
PAGES_EVERY_S = 5.0  # how often `run.json` and the page are written while a batch runs; less often where it takes long


class Show(Protocol):
    """What a batch tells while it runs."""

    def begin(self, plan: Plan, progress: Progress) -> None:
        """The work begins."""

    def changed(self, progress: Progress, outcome: Outcome | None) -> None:
        """An agency began, or ended with this outcome."""

    def end(self) -> None:
        """The work is over, however it ended."""


@dataclass(frozen=True)
class Done:
    """What became of a run."""

    run: Path
    ok: int
    failed: int
    skipped: int
    outdated: int
    failures: Mapping[str, str]  # agency code -> why
    overview: str = ""  # why the overview of all agencies could not be made


def pool_for(demand: Demand, workers: int, limits: Limits, cluster: str = "") -> Pool | Cluster:
    """Return the workers for all runs of a demand: own processes, which start when there is work, or those of a cluster.

    Raises:
        UsageError: `cluster` is no address.
    """
    if cluster:
        from ita_analysis.run.cluster import Cluster

        return Cluster(cluster, demand, limits)
    values = demand.options.parameters("")
    return Pool(workers, demand.output, (values["scores"], values.get("rules", ""), bool(demand.options.round)), limits)


def carry_out(plan: Plan, demand: Demand, show: Show, pool: Pool | Cluster) -> Done:
    """Make what the plan says; what is finished stays, whatever stops the rest.

    Raises:
        MachineError: another batch holds the run, or the disk or the rights are in the way.
        UsageError: the run holds another scheme.
        KeyboardInterrupt: the operator stopped it; the page of the run was written.
    """
    with lock.held(plan.run):
        pack.sweep(plan.run)
        refuse_mixture(plan.run, plan.framework, plan.is_synthetic, plan.options.sort)
        jobs = list(_jobs(plan))
        progress, failures = Progress.of(plan), _standing(plan, jobs)
        for _ in failures:
            progress.refuse()
        is_current = not plan.overview or (
            plan.state.has_overview(plan.overview, verify=demand.verify) and not demand.force
        )
        if not jobs and is_current and _is_written(plan):
            return _done(plan, progress, failures)
        pack.require_writable(plan.run)
        _tidy(plan)
        show.begin(plan, progress)
        pages, overview = _Pages(plan, progress), ""
        try:
            _work(plan, pool.outcomes(jobs), (progress, failures, pages), show)
            if not is_current:
                overview = _overview(plan, demand, pool)
        finally:
            show.end()
            pages.write(is_over=True)
        return replace(_done(plan, progress, failures), overview=overview)


def _overview(plan: Plan, demand: Demand, pool: Pool | Cluster) -> str:
    """Make the overview of all agencies; return why it could not be made, empty where it was."""
    year = plan.options.fiscal_year_be
    subject = Subject(CITY, say("batch.overview"), year, plan.framework, plan.is_synthetic)
    said = ""
    if len(plan.steps) > MANY and isinstance(pool, Pool):
        pool.rest()
    for outcome in pool.outcomes([Overview(plan.run, subject, demand.options)]):
        if not isinstance(outcome, Outcome):
            continue
        if outcome.state == MACHINE:
            raise MachineError(outcome.why, todo=outcome.todo)
        if outcome.state == OK and outcome.files:
            plan.state.note_overview(plan.overview, outcome.files)
        else:
            said = outcome.why
    return said


def _work(
    plan: Plan,
    events: Iterator[Outcome | Job],
    kept: tuple[Progress, dict[str, str], _Pages],
    show: Show,
) -> None:
    progress, failures, pages = kept
    steps = {step.agency_code: step for step in plan.steps}
    for event in events:
        if not isinstance(event, Outcome):
            progress.begin(event.subject.agency_code)
            show.changed(progress, None)
            continue
        if event.state == MACHINE:
            raise MachineError(event.why, todo=event.todo)
        progress.end(event)
        if event.state == OK and event.held and event.files:
            plan.state.note(event.agency_code, _shared(event.held, steps[event.agency_code]), event.files)
        else:
            failures[event.agency_code] = event.why
        show.changed(progress, event)
        pages.write()


def _shared(held: Held, step: Step) -> Held:
    """Return what is held with the plan's own digests, where they are the same: those of thousands are kept once."""
    if step.task is None or (held.cache_key, held.parts) != (step.task.cache_key, step.parts):
        return held
    return replace(held, cache_key=step.task.cache_key, parts=step.parts)


def _jobs(plan: Plan) -> Iterator[Job]:
    for step in plan.of(MAKE, RETRY, REFUSE):
        if step.task is not None:
            yield step.task
        elif _reason(plan.run, step.agency_code) != _said(step):
            yield Refusal(plan.run, _subject(plan, step), why_th(step), step.problems)


def _subject(plan: Plan, step: Step) -> Subject:
    return Subject(step.agency_code, step.name_th, plan.options.fiscal_year_be, plan.framework, plan.is_synthetic)


def about(plan: Plan) -> dict[str, Any]:
    """Return year, framework and kind of scores of a run."""
    asked = plan.options
    about = {"fiscal_year_be": asked.fiscal_year_be, "framework": plan.framework, "is_synthetic": plan.is_synthetic}
    return {**about, "round": asked.round} if asked.round else about


def _standing(plan: Plan, jobs: list[Job]) -> dict[str, str]:
    """Return the refused agencies whose reason page says so already."""
    written = {job.subject.agency_code for job in jobs}
    return {step.agency_code: why_th(step) for step in plan.of(REFUSE) if step.agency_code not in written}


def _said(step: Step) -> list[dict[str, object]]:
    return [problem.as_record() for problem in step.problems]


def _reason(run: Path, code: str) -> list[dict[str, object]] | None:
    try:
        found = json.loads((run / f"{code}{FAILED}" / REASON).read_text(encoding="utf-8"))["problems"]
        return list(found)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tidy(plan: Plan) -> None:
    """Remove reason pages of agencies whose pack is as wanted again."""
    for step in plan.of(SKIP):
        if plan.state.has_failed(step.agency_code):
            shutil.rmtree(plan.run / f"{step.agency_code}{FAILED}", ignore_errors=True)


class _Pages:
    """`run.json` and `index.html` of a run, written now and then while it runs and once at its end."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self.plan, self.progress = plan, progress
        self.every, self.last = PAGES_EVERY_S, time.monotonic()
        self.memory: Memory = {}

    def write(self, *, is_over: bool = False) -> None:
        """Write both, if it is time."""
        if not is_over and time.monotonic() - self.last < self.every:
            return
        start = time.monotonic()
        index.write_index(
            self.plan.run,
            self.progress.as_record(),
            waiting={step.agency_code: step.name_th for step in self.plan.of(MAKE, RETRY, LEAVE)},
            stale={step.agency_code: stale_th(self.plan, step) for step in self.plan.of(LEAVE)},
            of=None if self.plan.overview else {step.agency_code for step in self.plan.steps},
            about=about(self.plan),
            memory=self.memory,
        )
        if is_over:
            self.plan.state.save(time.time_ns())
        if len(self.plan.steps) > MANY:
            kernels.give_back_memory()
        self.last = time.monotonic()
        self.every = max(PAGES_EVERY_S, 50 * (self.last - start))


def _is_written(plan: Plan) -> bool:
    """Return whether the pages of the run say all that there is, so that nothing need be looked at again."""
    has_old_reason = any(plan.state.has_failed(step.agency_code) for step in plan.of(SKIP))
    return not plan.of(LEAVE) and not has_old_reason and plan.state.is_unchanged()


def _done(plan: Plan, progress: Progress, failures: Mapping[str, str]) -> Done:
    return Done(plan.run, progress.ok, progress.failed, progress.skipped, progress.left_alone, failures)


def outcome_record(done: Done) -> dict[str, Any]:
    """Return what `--json` prints of a run."""
    return {
        "run": done.run.name,
        "folder": str(done.run),
        "ok": done.ok,
        "failed": done.failed,
        "skipped": done.skipped,
        "outdated": done.outdated,
        "failures": dict(done.failures),
        "overview": done.overview,
    }
