"""The exploring notebook: pickers above, views below, all of one agency and year and linked by one item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ita_analysis.brief import headline
from ita_analysis.brief.blocks import Block, Text
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.peer_group import is_counted
from ita_analysis.errors import ItaError
from ita_analysis.lab import views
from ita_analysis.lab.index import Source, open_source
from ita_analysis.lab.jobs import MANY, count_groups
from ita_analysis.lab.screen import Screen
from ita_analysis.lab.state import Picked, opened, picked_next
from ita_analysis.lab.what_if import what_if
from ita_analysis.lab.words import tell

_VIEWS: dict[str, Callable[[BriefFacts, Picked], Block]] = {
    "cover": lambda facts, picked: headline.cover(facts),
    "profile": lambda facts, picked: views.profile(facts, picked.item),
    "trend": lambda facts, picked: views.trend(facts, picked.item),
    "findings": lambda facts, picked: views.findings(views.of_instrument(facts, picked.instrument), picked.item),
    "peers": lambda facts, picked: views.peers(facts, picked.item),
    "items": lambda facts, picked: _items(facts, picked),
    "every_item": lambda facts, picked: views.every_item(views.of_instrument(facts, picked.instrument), picked.item),
    "what_if": lambda facts, picked: what_if(facts, picked.raised, picked.target),
}


def _items(facts: BriefFacts, picked: Picked) -> Block:
    """Return the items as dots; nothing where the picture of page 1 shows these very dots."""
    if len(facts.items) and not facts.has_indicators and not picked.instrument:
        return Text()
    return views.items(views.of_instrument(facts, picked.instrument), picked.item)


class Explore:
    """One exploring notebook: what is picked, and the views that follow it."""

    def __init__(self, source: Source, picked: Picked, scores: str = "", rules: str = "") -> None:
        self.source, self.picked = source, picked
        self.scores, self.rules = scores, rules
        self.screen = Screen()
        self.followers: list[Callable[[], None]] = []

    @property
    def facts(self) -> BriefFacts:
        """Return the facts of the agency and year that are picked."""
        return self.source.facts(self.picked.agency, self.picked.year, self.picked.line)

    def cover(self) -> None:
        """Show the headline, which is also the head of the exported page."""
        self._show("cover")

    def profile(self) -> None:
        """Show the indicators or items against the line."""
        self._show("profile")

    def trend(self) -> None:
        """Show the scores over the years."""
        self._show("trend")

    def findings(self) -> None:
        """Show what is below the line."""
        self._show("findings")

    def peers(self) -> None:
        """Show where the agency stands among its peers."""
        self._show("peers")

    def items(self) -> None:
        """Show every survey item as a dot."""
        self._show("items")

    def every_item(self) -> None:
        """Show the table of all items."""
        self._show("every_item")

    def what_if(self) -> None:
        """Show what the total would be if some items rose."""
        self._show("what_if")

    def pickers(self) -> None:
        """Show the pickers; a change of one changes every view."""
        from ita_analysis.lab.pickers import Pickers

        count_groups(self.source, self.scores, self.rules)
        self.screen.wear_the_font()
        self.screen.put(Pickers(self).box)

    def brief_button(self) -> None:
        """Show the button that makes the brief of what is picked."""
        from ita_analysis.lab.brief_button import BriefButton

        BriefButton(self).show()

    def change(self, **given: Any) -> None:
        """Pick something else and let every view follow (errors as `picked_next`; then nothing has changed)."""
        after = picked_next(self.source, self.picked, **given)
        if after == self.picked:
            return
        self.picked = after
        for name in self.screen.shown:
            self.screen.update(name, self._block(name))
        for follow in self.followers:
            follow()

    def uncounted(self, **given: Any) -> str:
        """Return the framework that a pick leads to where its group is still to be counted and that takes seconds."""
        after = replace(self.picked, **given)
        if len(self.source.read.names()) < MANY or after.year not in self.source.years_of(after.agency):
            return ""
        framework = self.source.read.framework_of(after.agency, after.year)
        is_synthetic = self.source.read.is_synthetic(after.agency, after.year)
        return "" if is_counted(self.source.read, framework, is_synthetic) else framework

    def _show(self, name: str) -> None:
        self.screen.show(name, self._block(name))

    def _block(self, name: str) -> Block:
        """Return a view; what can't be shown says why in its place, and the other views stay."""
        try:
            return _VIEWS[name](self.facts, self.picked)
        except ItaError as error:
            return views.sentence(error.message, error.todo)


def open_explore(
    agency: str | int, fiscal_year_be: int, action_line: float = 90.0, scores: str = "", rules: str = ""
) -> Explore:
    """Return the exploring notebook of the scores at hand, one agency and year picked.

    Args:
        agency: code, name or alias.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        action_line: 0–100 points.
        scores: score files or folders separated by |; empty means the shipped data.
        rules: folders with own rule files separated by |.

    Raises:
        UnknownNameError: the agency, or this year of it, has no scores.
        ScoreFileError: the files of this agency break the contract.
    """
    source = open_source(scores, rules)
    return Explore(source, opened(source, agency, fiscal_year_be, action_line), scores, rules)


def said(error: Exception) -> str:
    """Return the sentence that a callback shows for what went wrong."""
    if isinstance(error, ItaError):
        return str(error)
    return tell("pick.fault", fault=f"{type(error).__name__}: {error}")
