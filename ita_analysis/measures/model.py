"""A register in types: items, measures, results per round, evidence, supporting records, notes, published documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True)
class Head:
    """What register this is. `measures_year_be` is the fiscal year of the measures; the scores are of the year before."""

    agency_code: str
    measures_year_be: int
    framework: str
    scores_year_be: int
    is_synthetic: bool = False
    schema: str = "1"


@dataclass(frozen=True)
class Item:
    """One item with a score, or a printed range such as `O1-O22`; `reason` is below, watch or listed."""

    item_code: str
    topic_th: str = ""
    item_text_th: str = ""
    score: Decimal | None = None
    gap_points: Decimal | None = None
    reason: str = ""
    score_doubt_th: str = ""
    previous_measure_ids: tuple[str, ...] = ()
    issue_th: str = ""


@dataclass(frozen=True)
class Measure:
    """One planned measure; it may serve several items."""

    measure_id: str
    position: int | None = None
    item_codes: tuple[str, ...] = ()
    printed_no: str = ""
    measure_th: str = ""
    unit_th: str = ""
    due_date: date | None = None
    indicator_th: str = ""
    target: Decimal | None = None
    target_unit: str = ""
    budget_baht: Decimal | None = None


@dataclass(frozen=True)
class Result:
    """What is reported in one round for one measure, or for items beside the plan (`measure_id` empty)."""

    result_id: str
    round: int = 1
    measure_id: str = ""
    item_codes: tuple[str, ...] = ()
    position: int | None = None
    printed_no: str = ""
    result_th: str = ""
    done_date: date | None = None
    quantity: Decimal | None = None
    quantity_unit: str = ""
    document: str = ""
    state: str = ""


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: a file of ours (`basis` file, by `sha256`) or one only printed in a document (printed)."""

    evidence_id: str
    result_ids: tuple[str, ...] = ()
    kind: str = ""
    basis: str = ""
    scope: str = ""
    file: str = ""
    caption_th: str = ""
    evidence_date: date | None = None
    sha256: str = ""
    source_sha256: str = ""


@dataclass(frozen=True)
class Record:
    """One supporting record: a figure (`value` of `of_value`), a training, a meeting, a document, a channel."""

    record_id: str
    round: int = 1
    record_type: str = "other"
    subject_th: str = ""
    unit_th: str = ""
    record_date: date | None = None
    date_text: str = ""
    value: Decimal | None = None
    of_value: Decimal | None = None
    value_unit: str = ""
    item_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableRow:
    """One row of a monthly table as printed; `month` is year (Buddhist Era) and month such as `2566-10`."""

    table_id: str
    row_kind: str = "month"
    label_th: str = ""
    month: str = ""
    respondents: int | None = None
    mean_score: Decimal | None = None


@dataclass(frozen=True)
class Note:
    """A note about the row whose key is `about`."""

    note_id: str
    about: str = ""
    note_th: str = ""


@dataclass(frozen=True)
class Document:
    """One document that a duty item asks for: where it is published, by whom, and whether it is."""

    document_id: str
    item_codes: tuple[str, ...] = ()
    document_th: str = ""
    url: str = ""
    unit_th: str = ""
    state: str = ""


ROWS = {
    "register": Head,
    "items": Item,
    "measures": Measure,
    "results": Result,
    "evidence": Evidence,
    "records": Record,
    "table_rows": TableRow,
    "notes": Note,
    "documents": Document,
}


@dataclass(frozen=True)
class Register:
    """Everything one agency says about its measures of one fiscal year, each table in its order.

    `withdrawn` are table and key of rows that were emptied: a key stays taken, so that none ever means two things.
    """

    head: Head
    items: tuple[Item, ...] = ()
    measures: tuple[Measure, ...] = ()
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    records: tuple[Record, ...] = ()
    table_rows: tuple[TableRow, ...] = ()
    notes: tuple[Note, ...] = ()
    documents: tuple[Document, ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()

    @cached_property
    def item(self) -> dict[str, Item]:
        """Return the items by code."""
        return {item.item_code: item for item in self.items}

    @cached_property
    def measure(self) -> dict[str, Measure]:
        """Return the measures by key."""
        return {measure.measure_id: measure for measure in self.measures}

    @cached_property
    def result(self) -> dict[str, Result]:
        """Return the results by key."""
        return {result.result_id: result for result in self.results}

    def measures_of(self, item_code: str) -> tuple[Measure, ...]:
        """Return the measures that serve an item, in their order."""
        return tuple(measure for measure in self.measures if item_code in measure.item_codes)

    def results_of(self, measure_id: str) -> tuple[Result, ...]:
        """Return the results of a measure, of both rounds, in their order."""
        return tuple(result for result in self.results if result.measure_id == measure_id)

    def evidence_of(self, result_id: str) -> tuple[Evidence, ...]:
        """Return the evidence that names a result, in its order."""
        return tuple(one for one in self.evidence if result_id in one.result_ids)

    def items_of(self, result: Result) -> tuple[str, ...]:
        """Return the items that a result belongs to: those of its measure, else its own."""
        measure = self.measure.get(result.measure_id)
        return measure.item_codes if measure else result.item_codes
