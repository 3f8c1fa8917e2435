"""The page "how sure, and how we know" of one agency and year, part by part; `open_method` is what a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property

import pandas as pd

from ita_analysis.analysis import rollup
from ita_analysis.analysis.findings import ACTION_LINE
from ita_analysis.analysis.funnel import FUNNEL_COLUMNS, funnel
from ita_analysis.analysis.margins import with_margins
from ita_analysis.brief import annex, keys
from ita_analysis.brief.blocks import Chart, Cover, Dataset, Table, Text
from ita_analysis.brief.collecting import facts_of, listed_paths
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.funnel import funnel_block
from ita_analysis.brief.group_figures import USED
from ita_analysis.brief.headline import source_name
from ita_analysis.brief.method import head, tables
from ita_analysis.errors import UnknownNameError, UsageError
from ita_analysis.scores import reading
from ita_analysis.scores.reading import Reading


@dataclass(frozen=True)
class MethodFacts(BriefFacts):
    """What a brief knows of an agency and year, and the funnel of one figure of its group."""

    code: str = field(kw_only=True)  # whose funnel is drawn
    funnel: pd.DataFrame = field(kw_only=True)

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over what a brief of the same scores shows, and the dots of the funnel."""
        plain = keys.page_key(self.key_parts, self.agency_code, self.fiscal_year_be, self.line, "")
        return keys.key_of([plain, self.code, sorted(keys.row_digests(self.funnel).items())])


@dataclass(frozen=True)
class MethodPage:
    """A page whose parts are blocks; each method returns what one notebook cell displays."""

    facts: MethodFacts

    def cover(self) -> Cover:
        """Return how sure the lowest figure is, the running head and the footer."""
        return head.cover(self.facts)

    def margins_text(self) -> Text:
        """Return what a margin says."""
        return head.margins_text()

    def margins(self) -> Table | Text:
        """Return the margins of the lowest items, as they are and with other numbers of respondents."""
        return head.margins(self.facts)

    def totals(self) -> Table | Text:
        """Return how sure a total is with some numbers of respondents."""
        return head.totals(self.facts)

    def changes_text(self) -> Text:
        """Return how many items look changed and how many keep a word."""
        return tables.changes_text(self.facts)

    def changes(self) -> Table | Text:
        """Return all items compared at once: which keep a word of change."""
        return tables.changes(self.facts)

    def ranks_text(self) -> Text:
        """Return the place of the total and what chance leaves open."""
        return tables.ranks_text(self.facts)

    def ranks(self) -> Table | Text:
        """Return the places that chance leaves open, and whether the agency moved beyond its peers."""
        return tables.ranks(self.facts)

    def funnel(self) -> Chart | Text:
        """Return score against respondents of the whole group."""
        facts = self.facts
        name = annex.name_of(facts, facts.code) or facts.code
        shown = f"{name} ({facts.code})" if name != facts.code else name
        return funnel_block(facts.funnel, facts.agency_code, name=shown, line_at=facts.line, source=source_name(facts))

    def formulas(self) -> Text:
        """Return the formulas and who they are from."""
        return head.formulas(self.facts)

    def limits(self) -> Text:
        """Return what the scores do not say."""
        return annex.limits(self.facts)

    def sources(self) -> Table:
        """Return the files, rows and rules behind the page."""
        return annex.sources(self.facts)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return tables.datasets(self.facts)


def open_method(
    agency: str | int, fiscal_year_be: int, code: str = "", scores: str = "", rules: str = ""
) -> MethodPage:
    """Return the page of one agency and year.

    Args:
        agency: code, name or alias.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        code: the survey figure whose funnel is drawn; empty: the last survey instrument.
        scores: score files or folders separated by |; empty means the shipped data.
        rules: folders with own rule files separated by |, used before the shipped ones.

    Raises:
        UsageError: the year is not of the Buddhist Era.
        UnknownNameError: the agency, this year of it, or the code is not there.
        ScoreFileError, RuleFileError: as `collecting.collect`.
    """
    if fiscal_year_be < 2400:
        raise UsageError(f"ปี {fiscal_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {fiscal_year_be + 543}")
    folders = tuple(listed_paths(rules))
    read = reading.read(listed_paths(scores), rules=folders)
    facts = facts_of(read, str(agency), fiscal_year_be, line=ACTION_LINE, rules=folders)
    rows = _group(read, facts)
    wanted = code.strip().upper() or (facts.surveys[-1] if facts.surveys else "")
    own = rows[rows["code"] == wanted]
    if own.empty and code.strip():
        known = " ".join(rows.loc[rows["respondents_counted"].notna(), "code"].unique()[:12])
        raise UnknownNameError(f"ไม่มีคะแนนของ {wanted} ในกลุ่มนี้", todo=f"เลือกรหัสที่มีผู้ตอบ: {known or 'ไม่มี'}")
    table = funnel(own) if len(own) else pd.DataFrame(columns=FUNNEL_COLUMNS)
    given = {one.name: getattr(facts, one.name) for one in fields(BriefFacts)}
    return MethodPage(MethodFacts(**given, code=wanted, funnel=table))


def _group(read: Reading, facts: BriefFacts) -> pd.DataFrame:
    """Return this year's rows of all agencies of the same framework, completed, with their margins."""
    rows = read.scores.columns((*USED, *read.scores.counted), [facts.fiscal_year_be])
    is_like = (rows["framework"].astype(str) == facts.framework_name) & (rows["is_synthetic"] == facts.is_synthetic)
    own = rows[is_like].reset_index(drop=True)
    own = own.astype(dict.fromkeys(("agency_code", "code", "level", "framework"), str))
    return with_margins(rollup.complete(own, facts.framework), facts.rules)
