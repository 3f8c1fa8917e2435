"""One item over all agencies and years: how it went, who stands below the line, and everyone's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ita_analysis.analysis import findings
from ita_analysis.analysis.comparison import counterpart_of
from ita_analysis.brief.annex import name_in
from ita_analysis.brief.blocks import Block, Cell, Chart, Column, Cover, Run, Table, Text, cell, line
from ita_analysis.brief.charts import history
from ita_analysis.brief.charts.axis import axis_low
from ita_analysis.brief.keys import key_of
from ita_analysis.brief.sentences import line_text, say, say_all, score_text
from ita_analysis.errors import ItaError
from ita_analysis.framework import loader
from ita_analysis.framework.crosswalk import counterpart
from ita_analysis.lab import answers, tables, views
from ita_analysis.lab.chosen import Chosen, narrowed, one_framework, rows_of
from ita_analysis.lab.covers import page_cover
from ita_analysis.lab.index import Source, open_source
from ita_analysis.lab.words import tell

FIGURES = ("median", "q1", "min")  # of the group, drawn over the years


@dataclass(frozen=True)
class ItemYear:
    """One topic in one year: the code it had, its scores, and whether they compare with the year before."""

    year: int
    code: str
    scores: pd.DataFrame
    is_linked: bool
    reason_th: str


@dataclass(frozen=True)
class ItemPage:
    """The page of one item; each method returns what one notebook cell displays."""

    source: Source
    chosen: Chosen  # year, scheme and code
    line: float

    @cached_property
    def framework(self) -> str:
        """Return the framework of the year that is looked at."""
        return one_framework(self.source, self.chosen)[0]

    @cached_property
    def about(self) -> str:
        """Return the code with its topic."""
        name = name_in(loader.load(self.framework, rules=self.source.rules), self.chosen.code)
        return tell("shown.code_title", code=self.chosen.code, about=name).strip()

    @cached_property
    def years(self) -> list[ItemYear]:
        """Return what the item asks over the years, latest first, each year under the code it had."""
        return list(self._years())

    def _years(self) -> Iterator[ItemYear]:
        assert self.chosen.year is not None
        year, code = self.chosen.year, self.chosen.code
        while True:
            part = Chosen(year=year, scheme=self.chosen.scheme)
            rows = rows_of(self.source, part)
            asked = rows[(rows["code"] == code) & rows["score"].notna()].reset_index(drop=True)
            if asked.empty:
                return
            framework = loader.load(one_framework(self.source, part)[0], rules=self.source.rules)
            links = {str(one): counterpart(framework, str(one)) for one in rows["code"].unique()}
            before, relation, reason_th = counterpart_of(links, code)
            yield ItemYear(year, code, asked, relation == "comparable", reason_th)
            if before is None:
                return
            year, code = year - 1, before

    @cached_property
    def below(self) -> pd.DataFrame:
        """Return the agencies below the line, worst first; empty for what is no survey item."""
        rules = loader.load(self.framework, rules=self.source.rules)
        return findings.below_line(self.years[0].scores, line=self.line, framework=rules)

    def cover(self) -> Cover:
        """Return the head of the page: how many agencies stand below the line."""
        now = self.years[0].scores
        shown = line_text(self.line)
        said = {"about": self.about, "count": len(self.below), "all": f"{len(now):,}", "line": shown}
        rows = [[one.year, one.code, *one.scores["score"].tolist()] for one in self.years]
        return page_cover(
            title=tell("item_page.title" if len(self.below) else "item_page.title_none", **said),
            eyebrow=tell("item_page.eyebrow", scheme=self._scheme_th(), year=self.chosen.year),
            rows=pd.concat([one.scores for one in self.years], ignore_index=True),
            framework=self.framework,
            key=key_of([rows, self.chosen.scheme, self.line]),
        )

    def _scheme_th(self) -> str:
        return loader.known_schemes(self.source.rules).get(self.chosen.scheme, self.chosen.scheme)

    def over_years(self) -> Chart | Text:
        """Return median, lower quarter and lowest score over the years; a sentence where there is one year."""
        if len(self.years) < 2:
            return views.sentence(tell("shown.no_trend"), tell("item_page.one_year", year=self.chosen.year))
        series = [self._series(name) for name in FIGURES]
        low = axis_low([score for one in series for score in one.scores.values()], self.line, 85)
        oldest, latest = self.years[-1], self.years[0]
        medians = [float(one.scores["score"].median()) for one in (oldest, latest)]
        rows = " ".join(
            f"{one.name} ({', '.join(f'{year}: {score_text(score)}' for year, score in sorted(one.scores.items()))})"
            for one in series
        )
        first, last = (score_text(value) for value in medians)
        return Chart(
            title=tell("item_page.median", first=oldest.year, last=latest.year, low=first, high=last),
            svg=history.panels_chart(series, line=self.line, low=low),
            svg_narrow=history.panels_chart(series, line=self.line, low=low, narrow=True),
            alt=say("history.alt", rows=rows),
            note=say("history.note", low=low, line=line_text(self.line)),
        )

    def _series(self, figure: str) -> history.Series:
        percent = {"median": 0.5, "q1": 0.25, "min": 0.0}[figure]
        scores = {one.year: float(one.scores["score"].quantile(percent)) for one in self.years}
        unlinked = frozenset(one.year for one in self.years[:-1] if not one.is_linked)
        return history.Series("", tell(f"item_page.{figure}_name"), scores, unlinked)

    def every_year(self) -> Table:
        """Return per year the code, the agencies, how many stand below the line, and the median."""
        rows: list[list[str | Cell]] = []
        for one in self.years:
            below = int((one.scores["score"] < self.line).sum())
            figures = [f"{len(one.scores):,}", f"{below:,}", score_text(float(one.scores["score"].median()))]
            rows.append(
                [
                    cell(Run(text=str(one.year), bold=True)),
                    one.code,
                    *figures,
                    one.reason_th or tell("item_page.linked"),
                ]
            )
        columns = [
            Column(label=tell("shown.year"), width=14),
            Column(label=tell("shown.code"), width=14),
            Column(label=tell("shown.agencies"), align="right", width=22),
            Column(label=say("tiles.below", line=line_text(self.line)), align="right", width=30),
            Column(label=tell("shown.median"), align="right", width=20),
            Column(label=tell("item_page.before")),
        ]
        return tables.table(tell("item_page.years", about=self.about), columns, rows, len(rows))

    def agencies_below(self) -> Block:
        """Return the agencies below the line, worst first; a sentence where there is none."""
        shown = line_text(self.line)
        if self.below.empty:
            return views.sentence(tell("shown.below_none", line=shown), tell("item_page.all_above", about=self.about))
        agencies = f"{len(self.below):,}"
        title = tell("shown.below_title", count=agencies, line=shown, agencies=agencies)
        return tables.scores(self.below, title, line=self.line)

    def places(self) -> Block:
        """Return all agencies by their place; why not where they are too few."""
        try:
            return answers.places(self.source, self.chosen, self.chosen.code).look()
        except ItaError as error:
            return views.sentence(error.message, error.todo)

    def limits(self) -> Text:
        """Return what the scores do not say."""
        return Text(title=say("annex.limits_title"), bullets=tuple(line(text) for text in say_all("annex.limits")))


def open_item(
    code: str | int, scheme: str, fiscal_year_be: int, action_line: float = 90.0, scores: str = "", rules: str = ""
) -> ItemPage:
    """Return the page of one item.

    Args:
        code: item, or any other code; of the year that is looked at.
        scheme: such as `demo`; years are followed within it.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        action_line: 0–100 points.
        scores, rules: files and folders separated by |.

    Raises:
        UnknownNameError: the scheme, the year or the code has no scores; it names what has.
        InputError: the year holds made-up beside real scores of the scheme.
    """
    source = open_source(scores, rules)
    chosen = narrowed(source, Chosen(), "", fiscal_year_be, scheme, str(code))
    one_framework(source, chosen)
    answers.refuse_line(action_line)
    return ItemPage(source, chosen, action_line)
