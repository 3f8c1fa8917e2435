"""What a batch will do and why: per agency make, skip, retry or refuse; a plan reads files and makes nothing."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief import keys
from ita_analysis.errors import Problem, UnknownNameError, UsageError
from ita_analysis.run import ingredients
from ita_analysis.run.asked import asked
from ita_analysis.run.mixture import held_by
from ita_analysis.run.state import Held, RunState
from ita_analysis.run.tasks import OVERVIEW_NOTEBOOK, Options, Subject, Task
from ita_analysis.run.wanted import Agency, Group, Wanted, wanted
from ita_analysis.run.wording import say

MAKE, SKIP, RETRY, REFUSE, LEAVE = "make", "skip", "retry", "refuse", "leave"
REASON_FILES = ("reason.html", "reason.json")
MANIFESTS_LOOKED_AT = 50  # for the estimate


@dataclass(frozen=True)
class Demand:
    """What the operator asked for."""

    options: Options
    output: Path
    run: str = ""
    agencies: tuple[str, ...] = ()  # codes or names; empty: all
    force: bool = False
    verify: bool = False
    retry_failed: bool = False


@dataclass(frozen=True)
class Step:
    """What will happen to one agency. `why` are keys of `[plan.why]`; `problems` belong to a refused one.

    Actions: make · retry (it failed before) · skip (its pack is as wanted) · refuse (its scores can't be read: a reason
    page is written) · leave (it is outdated, and only failed ones were asked for).
    """

    agency_code: str
    name_th: str
    action: str
    why: tuple[str, ...] = ()
    task: Task | None = None
    problems: tuple[Problem, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)  # digests of what its pack depends on

    def files(self) -> list[str]:
        """Return what will be written, as paths in the run."""
        if self.action in (MAKE, RETRY) and self.task is not None:
            return [f"{self.agency_code}/{name}" for name in self.task.options.files]
        return [f"{self.agency_code}.failed/{name}" for name in REASON_FILES] if self.action == REFUSE else []


@dataclass(frozen=True)
class Plan:
    """What will happen in one run: one year, one scheme, made up or real."""

    run: Path
    framework: str
    is_synthetic: bool
    options: Options
    steps: tuple[Step, ...]
    seconds_each: float | None  # what one pack took before, None where nothing is known
    state: RunState
    overview: str = ""  # digest of what the overview of all agencies is made from; empty where only some were asked for

    def of(self, *actions: str) -> list[Step]:
        """Return the steps with one of these actions."""
        return [step for step in self.steps if step.action in actions]

    def counts(self) -> dict[str, int]:
        """Return how many agencies meet each action."""
        return {action: len(self.of(action)) for action in (MAKE, RETRY, SKIP, REFUSE, LEAVE)}

    def seconds(self, workers: int) -> float | None:
        """Return the estimated time to go, None where nothing was made before."""
        count = len(self.of(MAKE, RETRY))
        return None if self.seconds_each is None else round(self.seconds_each * count / min(workers, max(count, 1)), 1)


def plan_all(demand: Demand) -> list[Plan]:
    """Return one plan per scheme that has scores of the year, real before made-up ones.

    Raises:
        ScoreFileError, RuleFileError: the input is wrong as a whole; every problem is listed.
        UnknownNameError: the year has no scores, or agencies were asked for that nobody knows (all of them at once).
        UsageError: several schemes, and one run was named.
    """
    known = wanted(demand.options)
    if not known.groups:
        raise UnknownNameError(
            say("plan.no_registers" if demand.options.round else "plan.no_scores", year=demand.options.fiscal_year_be),
            todo=say("plan.no_registers_todo" if demand.options.round else "plan.no_scores_todo"),
        )
    named = asked(demand.agencies, demand.options.fiscal_year_be, known) if demand.agencies else {}
    chosen = [(group, named.get(key, {})) for key, group in enumerate(known.groups) if not named or named.get(key)]
    if demand.run and len(chosen) > 1:
        names = " · ".join(group.framework for group, _ in chosen)
        raise UsageError(say("plan.several", names=names), todo=say("plan.several_todo"))
    taken: set[Path] = set()
    plans = []
    for group, only in chosen:
        run = _run_of(group, demand, taken)
        taken.add(run)
        plans.append(_plan(run, group, known, demand, only))
    return plans


def _run_of(group: Group, demand: Demand, taken: Collection[Path]) -> Path:
    """Return the folder of a group's run: `<kind>-<year>` for the first, with the scheme in its name for the others."""
    plain = demand.output / (demand.run or demand.options.run_name)
    own = (group.framework, group.is_synthetic, demand.options.sort)
    if demand.run or (plain not in taken and held_by(plain) in (None, own)):
        return plain
    scheme = group.framework.rpartition("-")[0]
    return plain.with_name(f"{plain.name}-{scheme}")


# --- one run


def _plan(run: Path, group: Group, known: Wanted, demand: Demand, only: Mapping[str, Agency]) -> Plan:
    state = RunState(run)
    notebook = demand.options.notebook
    steps = []
    for code, agency in sorted((only or group.agencies).items()):
        if not agency.parts:
            steps.append(Step(code, agency.name_th, REFUSE, ("refused",), problems=agency.problems))
            continue
        subject = Subject(code, agency.name_th, demand.options.fiscal_year_be, group.framework, group.is_synthetic)
        own = {"rules": group.rules, **agency.parts}
        parts = ingredients.with_run_parts(own, notebook, demand.options.shown(code))
        task = Task(
            run, subject, demand.options, known.files, _page_key(own, subject, demand), ingredients.cache_key(parts)
        )
        steps.append(_step(task, parts, state, demand))
    overview = "" if only or demand.options.round else _overview_basis(group, demand)
    about = (run, group.framework, group.is_synthetic, demand.options)
    return Plan(*about, tuple(steps), _seconds_each(run, state), state, overview)


def _page_key(parts: Mapping[str, str], subject: Subject, demand: Demand) -> str:
    asked = demand.options
    if asked.round:
        return keys.report_key(
            parts, subject.agency_code, subject.fiscal_year_be, asked.round, asked.digits, asked.line
        )
    return keys.page_key(parts, subject.agency_code, subject.fiscal_year_be, asked.line, asked.as_of)


def _overview_basis(group: Group, demand: Demand) -> str:
    """Return the digest of what the overview depends on: all agencies' rows, registers, rules, notebook, package, line."""
    names = ("scores", "register")
    rows = {code: [agency.parts.get(name, "") for name in names] for code, agency in group.agencies.items()}
    grounds = sorted({agency.parts.get("grounds", "") for agency in group.agencies.values()})
    notebook = ingredients.notebook_digest(places.notebooks_folder() / OVERVIEW_NOTEBOOK)
    content = [rows, grounds, group.rules, notebook, ingredients.package_digest(), demand.options.line]
    return keys.key_of(content)


def _step(task: Task, parts: Mapping[str, str], state: RunState, demand: Demand) -> Step:
    code, name = task.subject.agency_code, task.subject.name_th
    held = state.held(code, verify=demand.verify)
    why = _why(held, parts, task.cache_key)
    if state.has_failed(code) and why:
        action, why = RETRY, ("failed", *(reason for reason in why if reason != "missing"))
    elif demand.force:
        action, why = MAKE, ("forced",)
    else:
        action = (LEAVE if demand.retry_failed else MAKE) if why else SKIP
    return Step(code, name, action, why, task, parts=parts)


def _why(held: Held | None, parts: Mapping[str, str], cache_key: str) -> tuple[str, ...]:
    """Return why a pack is not as wanted, empty where it is."""
    if held is None:
        return ("missing",)
    if held.damage:
        return ("damaged",)
    if held.cache_key == cache_key:
        return ()
    return tuple(name for name in ingredients.PARTS if held.parts.get(name) != parts.get(name)) or ("other",)


def _seconds_each(run: Path, state: RunState) -> float | None:
    """Return what one pack took, by the packs of this run, else of the runs beside it."""
    took = [one["seconds"] for one in state.seen.values()]
    if not took:
        took = list(_seconds_beside(run))
    return statistics.median(took) if took else None


def _seconds_beside(run: Path) -> Iterator[float]:
    for _, path in zip(range(MANIFESTS_LOOKED_AT), sorted(run.parent.glob("*/*/manifest.json")), strict=False):
        try:
            yield float(json.loads(path.read_text(encoding="utf-8"))["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            continue


def as_record(plan: Plan, workers: int) -> dict[str, Any]:
    """Return what `--dry-run --json` prints of a plan."""
    return {
        "run": plan.run.name,
        "folder": str(plan.run),
        "framework": plan.framework,
        "is_synthetic": plan.is_synthetic,
        "counts": plan.counts(),
        "estimated_seconds": plan.seconds(workers),
        "agencies": [
            {
                "agency_code": step.agency_code,
                "agency_name_th": step.name_th,
                "action": step.action,
                "why": list(step.why),
                "why_th": why_th(step),
                "problems": [problem.as_record() for problem in step.problems],
                "files": step.files(),
            }
            for step in plan.steps
        ],
    }


def why_th(step: Step) -> str:
    """Return the reasons of a step in Thai."""
    if step.problems:
        return say("plan.why.refused", count=len(step.problems))
    return " · ".join(say(f"plan.why.{reason}") for reason in step.why)


def stale_th(plan: Plan, step: Step) -> str:
    """Return why a pack that is left as it is counts as outdated; of peer figures, how many agencies changed them."""
    changed = sum(other.action == RETRY or "scores" in other.why for other in plan.steps)
    reasons = [reason for reason in step.why if reason != "peers"]
    said = [say(f"plan.why.{reason}") for reason in reasons]
    return " · ".join([*said, say("plan.peers_of", count=changed)] if "peers" in step.why else said)


def workers_default() -> int:
    """Return how many workers the machine has cores for."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
