"""A published report on measures, read by rules: items, measures, records, and every reading that a person should check."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ita_analysis.errors import InputError, Problem
from ita_analysis.framework import loader
from ita_analysis.framework.model import Framework
from ita_analysis.measures.published.codes import decide
from ita_analysis.measures.published.decisions import Decisions
from ita_analysis.measures.published.doubts import DOCUMENT, DOUBTFUL, LIKELY, Doubt, Doubts
from ita_analysis.measures.published.flow import Flow
from ita_analysis.measures.published.items import item_rows
from ita_analysis.measures.published.lists import entries_of
from ita_analysis.measures.published.measures import measure_rows
from ita_analysis.measures.published.monthly import monthly_rows, printings_of
from ita_analysis.measures.published.pages import columns_of
from ita_analysis.measures.published.record_rows import record_rows
from ita_analysis.measures.published.records import found_records
from ita_analysis.measures.published.source import Row, is_word, problem, rows_of, words
from ita_analysis.measures.published.wording import Wording
from ita_analysis.measures.words import Place
from ita_analysis.scores.agencies import Agency, known_agencies
from ita_analysis.scores.bounded import InputFile
from ita_analysis.thai.dates import fiscal_year_start, round_end
from ita_analysis.thai.digits import to_arabic_digits


class ReportError(InputError):
    """A document can't be read as a report on measures, or a decision about it doesn't fit; `problems` says why."""

    code = "report-rejected"


@dataclass(frozen=True)
class Asked:
    """What the document may not say and its reader does: the agency's code, the fiscal year of its scores."""

    agency_code: str = ""
    scores_year_be: int | None = None


@dataclass
class Published:
    """Everything read from one report; tables by name as rows of text."""

    tables: dict[str, list[dict[str, str]]]
    doubts: list[Doubt]
    source: dict[int, str]
    agency_name_th: str = ""
    measures_year_be: int | None = None
    round: int | None = None
    problems: list[Problem] = field(default_factory=list)


def read(file: InputFile, asked: Asked = Asked(), decisions: Decisions | None = None) -> Published:
    """Return what a report says, with every doubt.

    Args:
        file: text with tabs, bars or HTML tables, or Word.
        asked: what the reader knows besides.
        decisions: readings that a person decided; they are taken as they stand and no longer doubted.

    Raises:
        ReportError: it is no such report, or a decision doesn't fit it; all problems.
    """
    rows = rows_of(file)
    if isinstance(rows, Problem):
        raise ReportError(words()["said"]["refused"], [rows])
    flow = Flow(are_cells_whole=is_word(file))
    flow.read(rows)
    _require_report(file, flow)
    decided = decisions or Decisions()
    decide([draft.printed for draft in flow.drafts], decided.codes())
    about = _About(rows, asked)
    doubts = Doubts()
    wording = Wording(own_office=about.office)
    wording.learn(_texts(flow))
    tables = {
        "items": item_rows(flow, doubts, wording, about.framework),
        "measures": measure_rows(flow, doubts, wording),
    }
    printings = printings_of(flow.tables)
    found = found_records(flow, tables["measures"], printings)
    tables["records"] = record_rows(found, doubts, wording, about.span)
    tables["satisfaction"] = monthly_rows(printings, doubts)
    about.say(tables["items"], file, doubts)
    _unread(flow, tables, doubts)
    doubts.found.sort(key=lambda doubt: doubt.line)
    done = Published(tables, doubts.found, {row.line: row.raw for row in rows})
    done.agency_name_th, done.measures_year_be, done.round = about.name_th, about.measures_year_be, about.round
    if faults := decided.apply(done):
        raise ReportError(words()["said"]["decisions"], faults)
    return done


def _require_report(file: InputFile, flow: Flow) -> None:
    limits, said = words()["limits"], words()["said"]
    scored = [draft for draft in flow.drafts if draft.figures]
    if len(flow.drafts) > limits["items"]:
        fault = problem(
            "report-size", Place(file.shown), found=str(len(flow.drafts)), most=f"{limits['items']} {said['items']}"
        )
        raise ReportError(said["refused"], [fault])
    if flow.heads and scored:
        return
    found = said["no_head"] if not flow.heads else said["no_items"]
    raise ReportError(said["refused"], [problem("report-unknown", Place(file.shown), found=found)])


def _unread(flow: Flow, tables: Mapping[str, Sequence[Mapping[str, str]]], doubts: Doubts) -> None:
    """Note what stands below the first item and is in no table: neighbouring lines once, so that nothing is left out unsaid."""
    used = {int(row["line"]) for row in tables["records"]}
    used |= {line for table in flow.tables for line, _ in table.rows if table.block}
    first = min(draft.printed.line for draft in flow.drafts)
    left = [row for row in flow.others if row.line > first and row.line not in used and row.text]
    groups: list[list[Row]] = []
    for row in left:
        if groups and row.line - groups[-1][-1].line <= words()["limits"]["unread_gap"]:
            groups[-1].append(row)
        else:
            groups.append([row])
    for group in groups:
        line, lines = group[0].line, f"{group[0].line}-{group[-1].line}"
        doubts.add("items", f"L{line}", "unread", group[0].text[:80], line, "left_over", LIKELY, lines=lines)


def _texts(flow: Flow) -> list[str]:
    texts = ["".join(part.text for part in part_of) for draft in flow.drafts for part_of in (draft.item, draft.issue)]
    blocks = {id(draft.block): draft.block for draft in flow.drafts}.values()
    return texts + [
        entry.text for block in blocks for part in (block.measure, block.result) for entry in entries_of(part)
    ]


class _About:
    """What a report says of itself, beside what its reader was asked for."""

    def __init__(self, rows: Sequence[Row], asked: Asked) -> None:
        self.asked = asked
        said = words()["document"]
        top = " ".join("".join(row.raw.split()) for row in rows[: said["top_lines"]] if not columns_of(row))
        self.named = _named(top)
        self.agency: Agency | None = known_agencies().get(asked.agency_code)
        self.name_th = self.agency.name_th if self.agency else (self.named.name_th if self.named else "")
        self.office = self.named.name_th if self.named else self.name_th
        top = to_arabic_digits(top)
        years = Counter(re.findall(said["year"], top))
        self.measures_year_be = int(years.most_common(1)[0][0]) if years else None
        rounds = {number for text, number in said["rounds"].items() if text in top}
        self.round = rounds.pop() if len(rounds) == 1 else None
        self.framework = self._framework()

    def _framework(self) -> Framework | None:
        if not (self.agency and self.asked.scores_year_be):
            return None
        return loader.load(f"{self.agency.scheme}-{self.asked.scores_year_be}")

    @property
    def span(self) -> tuple[date, date] | None:
        """Return the first and the last day that the report covers, where it says its year and its round."""
        if self.measures_year_be is None or self.round is None:
            return None
        number = 1 if self.round == 1 else 2
        return fiscal_year_start(self.measures_year_be), round_end(self.measures_year_be, number)  # type: ignore[arg-type]

    def say(self, items: Sequence[dict[str, str]], file: InputFile, doubts: Doubts) -> None:
        """Fill in of each item whose it is and of which year, and note what the document doesn't say."""
        year = self.asked.scores_year_be
        known = self.agency
        for row in items:
            row |= {
                "agency_code": self.asked.agency_code,
                "agency_name_th": self.name_th,
                "fiscal_year_be": str(year or ""),
                "framework": f"{known.scheme}-{year}" if known and year else "",
                "source_file": file.path.name,
            }
        why = words()["why"]
        if not self.asked.agency_code:
            hint = why["agency_hint"].format(code=self.named.code) if self.named else ""
            doubts.add("items", DOCUMENT, "agency_code", "", 1, "no_agency", DOUBTFUL, hint=hint)
        elif self.named and known and self.named.code != known.code:
            said = {"name": self.named.name_th, "code": known.code}
            doubts.add("items", DOCUMENT, "agency_code", known.code, 1, "other_agency", DOUBTFUL, **said)
        if year is None:
            hint = why["year_hint"].format(year=self.measures_year_be) if self.measures_year_be else ""
            doubts.add("items", DOCUMENT, "fiscal_year_be", "", 1, "no_year", DOUBTFUL, hint=hint)


def _named(whole: str) -> Agency | None:
    """Return the listed agency that the top of a report names most, or None where it names none."""
    agencies = [agency for agency in known_agencies().values() if len(agency.name_th) > 6]
    counts = {agency.code: whole.count("".join(agency.name_th.split())) for agency in agencies}
    code = max(counts, key=lambda one: counts[one], default="")
    return known_agencies()[code] if counts.get(code) else None
