"""Collects the facts of one agency and year: from the files that a notebook's parameters name, or from scores read already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from ita_analysis import places
from ita_analysis.analysis import findings
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.peer_group import all_peers
from ita_analysis.brief.register_part import register_part
from ita_analysis.errors import UsageError
from ita_analysis.framework import loader
from ita_analysis.scores import reading
from ita_analysis.scores.reading import Reading
from ita_analysis.thai.dates import parse_iso


def listed_paths(listed: str) -> list[Path]:
    """Return the files and folders that a notebook's parameter names (separated by |, counted from the root)."""
    return [places.from_root(path.strip()) for path in listed.split("|") if path.strip()]


def collect(
    agency: str | int,
    fiscal_year_be: int,
    *,
    line: float = findings.ACTION_LINE,
    scores: str = "",
    as_of: str = "",
    rules: str = "",
    registers: str = "",
) -> BriefFacts:
    """Return the facts of one agency and year.

    Args:
        agency: code, name or alias; plain papermill makes a number of a code of digits, which is taken too.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        line: action line, 0 < line <= 100.
        scores: score files or folders separated by |; empty means the shipped data.
        as_of: ISO date from which what is overdue is marked, Buddhist or Gregorian year; empty marks nothing.
        rules: folders with own rule files separated by |, used before the shipped ones.
        registers: folder of all registers; empty means `data/registers`. Those of this year and the next stand beside the
            scores.

    Raises:
        UsageError: the line or the year is out of range.
        InputError: `as_of` is no date.
        RuleFileError: a rule file breaks the schema.
        ScoreFileError: the files of this agency break the contract.
        UnknownNameError: the agency, or this year of it, has no scores.
    """
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line} ใช้ไม่ได้", todo="เส้นต้องมากกว่า 0 และไม่เกิน 100")
    if fiscal_year_be < 2400:
        raise UsageError(f"ปี {fiscal_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {fiscal_year_be + 543}")
    folders = tuple(listed_paths(rules))
    read = reading.read(listed_paths(scores), rules=folders)
    day = parse_iso(as_of) if as_of.strip() else None
    facts = facts_of(read, str(agency), fiscal_year_be, line=line, as_of=day, rules=folders)
    return with_registers(facts, places.from_root(registers) if registers.strip() else None)


def with_registers(facts: BriefFacts, home: Path | None = None) -> BriefFacts:
    """Return the facts with the registers of this year and the next from the folder `home` (None: `data/registers`)."""
    code, year, rules = facts.agency_code, facts.fiscal_year_be, facts.rule_folders
    beside = register_part(code, year + 1, home, rules=rules)
    return replace(facts, beside=beside, tried=register_part(code, year, home, rules=rules))


def facts_of(
    read: Reading,
    agency: str,
    fiscal_year_be: int,
    *,
    line: float,
    as_of: date | None = None,
    rules: tuple[Path, ...] = (),
) -> BriefFacts:
    """Return the facts of one agency and year from scores that were read already (errors as in `collect`)."""
    code, _ = read.choose(agency)
    framework = read.framework_of(code, fiscal_year_be)
    rows = read.of_agency(code)
    is_synthetic = read.is_synthetic(code, fiscal_year_be)
    is_like = rows["framework"].str.rpartition("-")[0].eq(framework.rpartition("-")[0])
    is_like &= (rows["fiscal_year_be"] <= fiscal_year_be) & (rows["is_synthetic"] == is_synthetic)
    return BriefFacts(
        agency_code=code,
        name_th=read.names()[code],
        fiscal_year_be=fiscal_year_be,
        line=line,
        framework_name=framework,
        framework=loader.load(framework, rules=rules),
        scores=rows[is_like].reset_index(drop=True),
        group=all_peers(read, framework, is_synthetic, rules).of(code),
        documents=read.documents,
        notes=read.notes,
        as_of=as_of,
        rule_folders=rules,
        inputs={file.shown: file.sha256 for file in read.files},
    )
