"""The overview of many agencies, part by part in the order an executive reads it; `open_city` is what a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass

from ita_analysis import places
from ita_analysis.analysis.findings import ACTION_LINE
from ita_analysis.brief.blocks import Checklist, Cover, Dataset, Kpis, Table, Text
from ita_analysis.brief.city import annex, did, grid, head, panels, tables
from ita_analysis.brief.city import datasets as annex_datasets
from ita_analysis.brief.city.choice import choose
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.collecting import listed_paths
from ita_analysis.brief.register_part import register_part
from ita_analysis.errors import UsageError
from ita_analysis.framework import loader
from ita_analysis.scores import reading


@dataclass(frozen=True)
class CityOverview:
    """An overview whose parts are blocks; each method returns what one notebook cell displays."""

    facts: CityFacts

    def cover(self) -> Cover:
        """Return the headline, the running head and the footer."""
        return head.cover(self.facts)

    def tiles(self) -> Kpis:
        """Return the four figures of page 1."""
        return head.tiles(self.facts)

    def weak(self) -> Table | Text:
        """Return the first answer: what is weak in many agencies."""
        return panels.weak_panel(self.facts)

    def risen(self) -> Table | Text:
        """Return the second answer: whose total rose beyond chance."""
        return panels.risen_panel(self.facts)

    def fallen(self) -> Table | Text:
        """Return the third answer: whose total fell or stayed behind."""
        return panels.fallen_panel(self.facts)

    def heat(self) -> Table | Text:
        """Return agencies × indicators."""
        return grid.heat(self.facts)

    def totals(self) -> Table | Text:
        """Return what is known of each agency, where most indicators are not."""
        return grid.totals(self.facts)

    def decisions(self) -> Checklist:
        """Return at most three things to decide."""
        return annex.decisions(self.facts)

    def weak_items(self) -> Table | Text:
        """Return the survey items that are below the line in most agencies."""
        return tables.weak_items(self.facts)

    def repeated(self) -> Table | Text:
        """Return the agencies with most items below the line for the second year."""
        return tables.repeated(self.facts)

    def moved(self) -> Table | Text:
        """Return whose total moved beyond chance, beside the others."""
        return tables.moved(self.facts)

    def did(self) -> Table | Text:
        """Return what the agencies did whose total surely rose; nothing where no register says."""
        return did.did(self.facts)

    def missing(self) -> Text:
        """Return who has no scores."""
        return tables.missing(self.facts)

    def method(self) -> Text:
        """Return how to read the overview."""
        return annex.method(self.facts)

    def limits(self) -> Text:
        """Return what it does not say."""
        return annex.limits(self.facts)

    def sources(self) -> Table:
        """Return the files, rows and rules behind the page."""
        return annex.sources(self.facts)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return annex_datasets.datasets(self.facts)


def open_city(
    fiscal_year_be: int,
    framework: str,
    action_line: float = ACTION_LINE,
    scores: str = "",
    rules: str = "",
    agencies: str | int = "",
    link_briefs: bool = False,
    registers: str = "",
) -> CityOverview:
    """Return the overview of all agencies of one scheme and year.

    Args:
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        framework: `<scheme>-<year>`; empty: the one that has scores of that year, where there is only one.
        action_line: 0 < line <= 100.
        scores: score files or folders separated by |; empty means the shipped data.
        rules: folders with own rule files separated by |, used before the shipped ones.
        agencies: codes or names separated by commas; empty: all with scores, and those that `data/agencies.csv` lists.
        link_briefs: let every agency's name lead to `../<code>/brief.html`.
        registers: folder of all registers of measures; empty means `data/registers`.

    Raises:
        UsageError: the line or the year is out of range, or the framework is of another year or not the only one.
        ScoreFileError: a file breaks the contract in a way that belongs to no single agency.
        UnknownNameError: an unknown scheme or agency, or no scores at all.
        InputError: made-up scores and real ones, or two schemes, would stand on one page.
    """
    if not 0 < action_line <= 100:
        raise UsageError(f"เส้น {action_line} ใช้ไม่ได้", todo="เส้นต้องมากกว่า 0 และไม่เกิน 100")
    if fiscal_year_be < 2400:
        raise UsageError(f"ปี {fiscal_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {fiscal_year_be + 543}")
    folders = tuple(listed_paths(rules))
    read = reading.read(listed_paths(scores), rules=folders)
    wanted = [one.strip() for one in str(agencies).split(",") if one.strip()]
    chosen = choose(read, fiscal_year_be, framework.strip(), wanted, folders)
    home = places.from_root(registers) if registers.strip() else None
    parts = {code: register_part(code, fiscal_year_be, home, rules=folders) for code in chosen.names}
    facts = CityFacts(
        tried={code: part for code, part in parts.items() if part.register is not None},
        fiscal_year_be=fiscal_year_be,
        line=action_line,
        framework_name=chosen.framework_name,
        framework=loader.load(chosen.framework_name, rules=folders),
        now=chosen.now,
        before=chosen.before,
        names=chosen.names,
        missing=chosen.missing,
        refused=chosen.refused,
        is_listed=chosen.is_listed,
        link_briefs=link_briefs,
        documents=read.documents,
        notes=read.notes,
        rule_folders=folders,
        inputs={file.shown: file.sha256 for file in read.files},
    )
    return CityOverview(facts)
