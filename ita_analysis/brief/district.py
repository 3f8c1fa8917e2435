"""The brief of one agency and year, part by part in the order a director reads it; `open_brief` is what a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass

from ita_analysis.brief import (
    annex,
    datasets,
    decisions,
    findings_table,
    headline,
    histories,
    measures_table,
    pictures,
    sections,
    tiles,
)
from ita_analysis.brief.blocks import Chart, Checklist, Cover, Dataset, Kpis, Table, Text
from ita_analysis.brief.collecting import collect
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.plain_texts import parts_with_plain_texts, with_plain_texts


@parts_with_plain_texts
@dataclass(frozen=True)
class DistrictBrief:
    """A brief whose parts are blocks; each method returns what one notebook cell displays."""

    facts: BriefFacts

    def cover(self) -> Cover:
        """Return the headline, the running head and the footer."""
        return headline.cover(self.facts)

    def tiles(self) -> Kpis:
        """Return the four figures of page 1."""
        return tiles.tiles(self.facts)

    def decisions(self) -> Checklist:
        """Return at most three things to decide, each with owner and date."""
        return decisions.decisions(self.facts)

    def main_chart(self) -> Chart | Text:
        """Return the picture of page 1: indicators, items or totals, by what is known."""
        return pictures.main_chart(self.facts)

    def level(self) -> Text:
        """Return the level of the total and what is missing to the next."""
        return sections.level(self.facts)

    def findings(self) -> Table | Text:
        """Return the items that need a measure, worst first, and whether documents are met."""
        return findings_table.findings_table(self.facts)

    def watch_list(self) -> Table | Text:
        """Return the items just above the line."""
        return sections.watch_list(self.facts)

    def peers_chart(self) -> Chart | Text:
        """Return where the agency stands among its peers."""
        return pictures.peers_chart(self.facts)

    def history_chart(self) -> Chart | Text:
        """Return the indicators over the years."""
        return histories.history_chart(self.facts)

    def measures(self) -> Table | Text:
        """Return what is planned and done for each weak item, with its evidence."""
        return measures_table.measures_table(self.facts)

    def helped(self) -> Table | Text:
        """Return how the scores moved after this year's measures; nothing where there were none."""
        return sections.helped(self.facts)

    def comparisons(self) -> Text:
        """Return what can't be compared yet, why, and what to add."""
        return sections.comparisons(self.facts)

    def next_steps(self) -> Table:
        """Return what is due in the year of the measures."""
        return sections.next_steps(self.facts)

    def every_item(self) -> Table:
        """Return all items, the unknown ones too, with the row each figure comes from."""
        return annex.every_item(self.facts)

    def method(self) -> Text:
        """Return how to read the scores."""
        return annex.method(self.facts)

    def limits(self) -> Text:
        """Return what the scores do not say."""
        return annex.limits(self.facts)

    def sources(self) -> Table:
        """Return the files, rows and rules behind the page."""
        return annex.sources(self.facts)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return datasets.datasets(self.facts)


@with_plain_texts
def open_brief(
    agency: str | int,
    fiscal_year_be: int,
    action_line: float = 90.0,
    scores: str = "",
    as_of: str = "",
    rules: str = "",
    registers: str = "",
) -> DistrictBrief:
    """Return the brief of one agency and year (arguments and errors: `collecting.collect`)."""
    facts = collect(
        agency, fiscal_year_be, line=action_line, scores=scores, as_of=as_of, rules=rules, registers=registers
    )
    return DistrictBrief(facts)
