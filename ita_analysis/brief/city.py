"""The overview of many agencies, part by part in the order an executive reads it; `open_city` is what a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass

from ita_analysis.brief import city_annex, city_datasets, city_grid, city_head, city_panels, city_tables
from ita_analysis.brief.blocks import Checklist, Cover, Dataset, Kpis, Table, Text
from ita_analysis.brief.city_facts import CityFacts, collect_city


@dataclass(frozen=True)
class CityOverview:
    """An overview whose parts are blocks; each method returns what one notebook cell displays."""

    facts: CityFacts

    def cover(self) -> Cover:
        """Return the headline, the running head and the footer."""
        return city_head.cover(self.facts)

    def tiles(self) -> Kpis:
        """Return the four figures of page 1."""
        return city_head.tiles(self.facts)

    def weak(self) -> Table | Text:
        """Return the first answer: what is weak in many agencies."""
        return city_panels.weak_panel(self.facts)

    def risen(self) -> Table | Text:
        """Return the second answer: whose total rose beyond chance."""
        return city_panels.risen_panel(self.facts)

    def fallen(self) -> Table | Text:
        """Return the third answer: whose total fell or stayed behind."""
        return city_panels.fallen_panel(self.facts)

    def heat(self) -> Table | Text:
        """Return agencies × indicators."""
        return city_grid.heat(self.facts)

    def totals(self) -> Table | Text:
        """Return what is known of each agency, where most indicators are not."""
        return city_grid.totals(self.facts)

    def decisions(self) -> Checklist:
        """Return at most three things to decide."""
        return city_annex.decisions(self.facts)

    def weak_items(self) -> Table | Text:
        """Return the survey items that are below the line in most agencies."""
        return city_tables.weak_items(self.facts)

    def repeated(self) -> Table | Text:
        """Return the agencies with most items below the line for the second year."""
        return city_tables.repeated(self.facts)

    def moved(self) -> Table | Text:
        """Return whose total moved beyond chance, beside the others."""
        return city_tables.moved(self.facts)

    def missing(self) -> Text:
        """Return who has no scores."""
        return city_tables.missing(self.facts)

    def method(self) -> Text:
        """Return how to read the overview."""
        return city_annex.method(self.facts)

    def limits(self) -> Text:
        """Return what it does not say."""
        return city_annex.limits(self.facts)

    def sources(self) -> Table:
        """Return the files, rows and rules behind the page."""
        return city_annex.sources(self.facts)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return city_datasets.datasets(self.facts)


def open_city(
    fiscal_year_be: int,
    framework: str,
    action_line: float = 90.0,
    scores: str = "",
    rules: str = "",
    agencies: str | int = "",
    link_briefs: bool = False,
) -> CityOverview:
    """Return the overview of all agencies of one scheme and year (arguments and errors: `city_facts.collect_city`)."""
    facts = collect_city(
        fiscal_year_be,
        framework,
        line=action_line,
        scores=scores,
        rules=rules,
        agencies=agencies,
        link_briefs=link_briefs,
    )
    return CityOverview(facts)
