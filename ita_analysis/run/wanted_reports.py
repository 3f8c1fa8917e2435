"""What a batch of reports should hold: every agency with a register of the year, with the digests its report depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ita_analysis.brief.progress.facts import facts_from, name_of
from ita_analysis.errors import InputError, Problem
from ita_analysis.framework import loader
from ita_analysis.measures import register
from ita_analysis.measures.schema import HEAD
from ita_analysis.run.registers_held import codes_with
from ita_analysis.run.tasks import Options
from ita_analysis.scores.agencies import is_synthetic_code, known_agencies
from ita_analysis.scores.reading import Reading


def report_groups(read: Reading, options: Options) -> list[dict[str, Any]]:
    """Return one group per framework of the scores behind the registers, as plain data (`wanted.Group`)."""
    groups: dict[tuple[str, bool], dict[str, Any]] = {}
    for code in codes_with(options.registers, options.fiscal_year_be):
        (framework, is_synthetic), member = _member(read, code, options)
        empty = {"framework": framework, "is_synthetic": is_synthetic, "rules": "", "agencies": {}}
        group = groups.setdefault((framework, is_synthetic), empty)
        group["agencies"][code] = {"name_th": name_of(code, read), **member}
    return list(groups.values())


def _member(read: Reading, code: str, options: Options) -> tuple[tuple[str, bool], dict[str, Any]]:
    """Return the group of an agency and the digests of its report, or what stands in its way."""
    try:
        facts = facts_from(
            read,
            code,
            options.fiscal_year_be,
            options.round,
            line=options.line,
            rules=options.rules,
            registers=options.registers,
        )
    except InputError as error:
        problems = error.problems or (
            Problem(error.code, "", found=error.message, expected="", fix=error.todo, agency_code=code),
        )
        return _about(code, options), {"parts": {}, "problems": [asdict(problem) for problem in problems]}
    head = facts.register.head
    return (head.framework, head.is_synthetic), {"parts": facts.key_parts, "problems": []}


def _about(code: str, options: Options) -> tuple[str, bool]:
    """Return the framework of the scores behind a register, and whether it is made up, as its head says or else guessed."""
    stored = register.check(register.folder_of(code, options.fiscal_year_be, options.registers), rules=options.rules)
    heads = list(stored.rows.get(HEAD, {}).values())
    if len(heads) == 1 and heads[0]["framework"]:
        return heads[0]["framework"], heads[0]["is_synthetic"] == "true"
    is_synthetic = is_synthetic_code(code)
    entry = known_agencies().get(code)
    return f"{entry.scheme if entry else _made_up(options.rules)}-{options.fiscal_year_be - 1}", is_synthetic


def _made_up(rules: Sequence[Any]) -> str:
    return next(name for name in loader.known_schemes(tuple(rules)) if loader.is_synthetic(name, tuple(rules)))
