"""What an agency and year look like, one part at a time, with a picked item marked: the same in a notebook and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd

from ita_analysis.analysis.rows import above
from ita_analysis.brief import annex, findings_table, histories, pictures
from ita_analysis.brief.blocks import Block, Cell, Row, Run, Table, Text, cell, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import say
from ita_analysis.framework.codes import INSTRUMENT_LETTERS, TOTAL, level_of
from ita_analysis.lab.words import tell


@dataclass(frozen=True)
class OfInstrument(BriefFacts):
    """The facts of a brief, its items those of one instrument."""

    instrument: str = ""

    @cached_property
    def now(self) -> pd.DataFrame:
        """Return the rows of this year without the items of other instruments."""
        rows = super().now
        is_other = (rows["level"] == "item") & (rows["code"].str[0] != self.instrument[0])
        return rows[~is_other].reset_index(drop=True)

    @cached_property
    def surveys(self) -> tuple[str, ...]:
        """Return the instrument where it is a survey."""
        return tuple(code for code in super().surveys if code[0] == self.instrument[0])


def of_instrument(facts: BriefFacts, instrument: str) -> BriefFacts:
    """Return the facts with the items of one instrument alone; of all where none is named."""
    if not instrument:
        return facts
    given = {field.name: getattr(facts, field.name) for field in fields(BriefFacts)}
    return OfInstrument(**given, instrument=instrument)


def profile(facts: BriefFacts, picked: str = "") -> Block:
    """Return the picture of page 1."""
    return pictures.main_chart(facts, picked)


def trend(facts: BriefFacts, picked: str = "") -> Block:
    """Return the scores over the years: of the picked code and what it adds up to, else of all indicators, else the total."""
    if picked:
        over = above(picked, facts.framework) if level_of(picked) == "item" else []
        made: Block = histories.codes_history(facts, list(dict.fromkeys([picked, *over, TOTAL])))
    else:
        made = histories.history_chart(facts)
        if made == Text() and facts.total is not None and facts.complete["fiscal_year_be"].nunique() > 1:
            made = histories.total_history(facts)
    if made != Text():
        return made
    years = " ".join(str(year) for year in sorted(set(facts.scores["fiscal_year_be"])))
    return sentence(tell("shown.no_trend"), tell("shown.no_trend_fix", name=facts.name_th, years=years))


def peers(facts: BriefFacts, picked: str = "") -> Block:
    """Return where the agency stands among its peers, or why that is not known."""
    made = pictures.peers_chart(facts, picked)
    if made != Text():
        return made
    if facts.standing:
        return sentence(tell("shown.no_peers"), tell("shown.no_peers_indicators"))
    key = "compare.no_peers" if facts.group_size == 1 else "compare.few_peers"
    said = say(key, year=facts.fiscal_year_be, count=facts.group_size - 1, least=FEWEST_PEERS)
    return sentence(tell("shown.no_peers"), said)


def items(facts: BriefFacts, picked: str = "") -> Block:
    """Return every survey item as a dot, or the sentence that none is known."""
    if facts.items.empty:
        return sentence(tell("shown.no_items"), tell("shown.no_items_fix"))
    return pictures.items_chart(facts, picked)


def findings(facts: BriefFacts, picked: str = "") -> Block:
    """Return the items below the line, worst first; documents stand in it only where their instrument is looked at."""
    made = findings_table.findings_table(facts)
    if isinstance(facts, OfInstrument) and isinstance(made, Table) and facts.surveys:
        first = next((at for at, one in enumerate(made.rows) if one.group), len(made.rows))
        made = made.model_copy(update={"rows": made.rows[:first]})
    return marked(made, picked)


def every_item(facts: BriefFacts, picked: str = "") -> Block:
    """Return all items with their scores."""
    return marked(annex.every_item(facts), picked)


def marked(block: Block, picked: str) -> Block:
    """Return a table with the row of the picked code marked by a sign and its weight; anything else as it is."""
    if not picked or not isinstance(block, Table):
        return block
    rows = tuple(_marked_row(one) if one.cells[0].text == picked else one for one in block.rows)
    return block.model_copy(update={"rows": rows})


def _marked_row(given: Row) -> Row:
    first = cell(Run(text=tell("pick.mark", code=given.cells[0].text), tone="accent", bold=True))
    rest = tuple(
        Cell(lines=tuple(tuple(run.model_copy(update={"bold": True}) for run in runs) for runs in one.lines))
        for one in given.cells[1:]
    )
    return Row(cells=(first, *rest))


def item_codes(facts: BriefFacts) -> list[str]:
    """Return the items with a score this year, survey items and documents, in natural order."""
    codes = [str(code) for code in facts.now.loc[facts.now["level"] == "item", "code"]]
    return sorted(codes, key=lambda code: (INSTRUMENT_LETTERS.index(code[0]), int(code[1:])))


def sentence(title: str, said: str) -> Text:
    """Return a heading with one sentence below it: what is not there and what to do."""
    return Text(title=title, level=3, paragraphs=(line(said),))
