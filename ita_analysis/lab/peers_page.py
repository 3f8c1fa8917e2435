"""An agency beside chosen peers: where it stands apart from them, indicator by indicator and item by item."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ita_analysis.brief.blocks import Block, Cover, Table, Text, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.keys import key_of
from ita_analysis.brief.sentences import say, say_all
from ita_analysis.errors import UsageError
from ita_analysis.framework.codes import level_of
from ita_analysis.lab import answers, tables, views
from ita_analysis.lab.chosen import Chosen, narrowed
from ita_analysis.lab.covers import page_cover
from ita_analysis.lab.index import Source, open_source
from ita_analysis.lab.words import tell


@dataclass(frozen=True)
class PeersPage:
    """The page of an agency beside chosen peers; each method returns what one notebook cell displays."""

    source: Source
    chosen: Chosen  # the agency first, then its peers; one year
    facts: BriefFacts

    @cached_property
    def beside(self) -> pd.DataFrame:
        """Return the scores side by side, the widest apart first (`answers.beside_agencies`)."""
        return answers.beside_agencies(self.source, self.chosen, ()).frame

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of the agencies by code, the own one first."""
        return {code: self.source.read.names()[code] for code in self.chosen.agencies}

    @cached_property
    def lowest(self) -> list[str]:
        """Return the survey items on which the agency is below every peer."""
        own, *others = self.chosen.agencies
        items = self.beside[self.beside["code"].isin(set(self.facts.items["code"]))]
        return [str(code) for code in items.loc[items[own] < items[others].min(axis=1), "code"]]

    def cover(self) -> Cover:
        """Return the head of the page: on how many items the agency is below every chosen peer."""
        own, *others = self.chosen.agencies
        said = {
            "name": self.names[own],
            "count": len(self.lowest),
            "items": len(self.facts.items),
            "peers": len(others),
        }
        rows = pd.concat([self.source.read.of_agency(code) for code in self.chosen.agencies], ignore_index=True)
        shown = self.beside.astype(object).where(self.beside.notna(), None).to_numpy().tolist()
        return page_cover(
            title=tell("peers_page.title" if len(self.facts.items) else "peers_page.title_plain", **said),
            eyebrow=tell("peers_page.eyebrow", name=self.names[own], code=own, year=self.chosen.year),
            rows=rows[rows["fiscal_year_be"] == self.chosen.year],
            framework=self.facts.framework_name,
            key=key_of([shown, list(self.chosen.agencies), self.facts.line]),
        )

    def indicators(self) -> Table:
        """Return the total, instruments and indicators side by side."""
        return self._table(tell("peers_page.indicators"), {"total", "instrument", "indicator"})

    def items(self) -> Block:
        """Return the items side by side, the widest apart first; a sentence where none is known."""
        if self.facts.items.empty:
            return views.sentence(tell("shown.no_items"), tell("shown.no_items_fix"))
        return self._table(tell("peers_page.items"), {"item"})

    def _table(self, title: str, levels: set[str]) -> Table:
        rows = self.beside[[level_of(str(code)) in levels for code in self.beside["code"]]]
        return tables.side_by_side(rows, self.names, title)

    def whole_group(self) -> Block:
        """Return where the agency stands among all agencies of its kind, chosen or not."""
        return views.peers(self.facts)

    def limits(self) -> Text:
        """Return what the scores do not say."""
        return Text(title=say("annex.limits_title"), bullets=tuple(line(text) for text in say_all("annex.limits")))


def open_peers(
    agency: str | int,
    peers: str | int,
    fiscal_year_be: int,
    action_line: float = 90.0,
    scores: str = "",
    rules: str = "",
) -> PeersPage:
    """Return the page of an agency beside chosen peers.

    Args:
        agency: code, name or alias.
        peers: codes, names or aliases separated by |; one to five, of the same scheme and year.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        action_line: 0–100 points.
        scores, rules: files and folders separated by |.

    Raises:
        UsageError: no peer, or more than stand beside each other on a page.
        UnknownNameError: an agency, or this year of it, has no scores.
        InputError: the agencies are of several schemes.
    """
    source = open_source(scores, rules)
    own = source.agency(agency)
    wanted = [one.strip() for one in str(peers).split("|") if one.strip()]
    others = [code for one in wanted if (code := source.agency(one)) != own]
    others = list(dict.fromkeys(others))
    if not 1 <= len(others) <= tables.MOST_BESIDE:
        message = tell("peers_page.how_many", count=len(others))
        raise UsageError(message, todo=tell("peers_page.how_many_fix", most=tables.MOST_BESIDE))
    chosen = narrowed(source, Chosen(), [own, *others], fiscal_year_be, "", "")
    page = PeersPage(source, chosen, source.facts(own, fiscal_year_be, action_line))
    _ = page.beside  # schemes that must not stand beside each other are refused here
    return page
