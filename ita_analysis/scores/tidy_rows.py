"""Tidy scores as columns of numbers, in the one order of the contract, given out as the frame or a part of it at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ita_analysis.framework import codes
from ita_analysis.scores import contract
from ita_analysis.scores.agreement import Named, settle_names
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.plain_rows import TEXTS, Node, Owner

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

Column = NDArray[Any]


class Place(NamedTuple):
    """In which file and sheet a row stands."""

    file: str
    sheet: str


@dataclass(frozen=True)
class TidyRows:
    """Rows as numbers: the column `owner` counts in `owners` from 0, and so on; `respondents` 0 is not known.

    A column of `COUNTED` holds one more than the count, 0 where none is given; it is there only where a file has it.
    """

    columns: dict[str, Column]
    owners: Sequence[Owner]
    nodes: Sequence[Node]
    texts: Sequence[str]
    places: Sequence[Place]

    def __len__(self) -> int:
        return len(self.columns["owner"])

    @cached_property
    def agencies(self) -> list[str]:
        """Return the codes of all owners, sorted; `agency` of a row counts in them."""
        return sorted({owner.agency_code for owner in self.owners})

    @cached_property
    def agency_of_owner(self) -> Column:
        """Return per owner the place of its agency in `agencies`."""
        at = {code: place for place, code in enumerate(self.agencies)}
        return np.array([at[owner.agency_code] for owner in self.owners], dtype=np.uint32)

    @cached_property
    def period_of_owner(self) -> Column:
        """Return per owner the rank of its agency and year."""
        return _ranks([(owner.agency_code, owner.fiscal_year_be) for owner in self.owners])

    def keys(self) -> Column:
        """Return per row a number that sorts as agency, year and code do, and is one for the same three."""
        node = _ranks([codes.order_key(node.code) for node in self.nodes])
        period = self.period_of_owner.astype(np.int64) * len(self.nodes)
        keys: Column = period[self.columns["owner"]] + node[self.columns["node"]]
        return keys

    def where(self, is_kept: Column) -> TidyRows:
        """Return some of the rows, the very ones where all are kept."""
        if is_kept.dtype == bool and is_kept.all():
            return self
        columns = {name: values[is_kept] for name, values in self.columns.items()}
        return TidyRows(columns, self.owners, self.nodes, self.texts, self.places)

    def in_order(self) -> TidyRows:
        """Return the rows by agency, year, then natural code order; else as they came."""
        keys = self.keys()
        is_sorted = bool((keys[1:] >= keys[:-1]).all())
        return self if is_sorted else self.where(np.argsort(keys, kind="stable").astype(np.uint32))

    def with_names(self) -> TidyRows:
        """Return the rows with a name each, as `agreement.settle_names` fills what is blank."""
        used = np.unique(self.columns["owner"])
        rows = [self.owners[at]._asdict() | {"at": at} for at in used]
        filled, _ = settle_names(rows, self.named())
        owners = list(self.owners)
        for row in filled:
            owners[row["at"]] = owners[row["at"]]._replace(agency_name_th=row["agency_name_th"])
        return replace(self, owners=owners)

    def named(self) -> list[Named]:
        """Return every name beside its code, where it stands first, in the order of the rows."""
        owner = self.columns["owner"]
        first = np.full(len(self.owners), -1, dtype=np.int64)
        first[owner[::-1]] = np.arange(len(owner) - 1, -1, -1)
        found = []
        for at in np.argsort(first, kind="stable"):
            said, row = self.owners[at], first[at]
            if row >= 0 and said.agency_name_th:
                place = self.places[self.columns["place"][row]]
                number = int(self.columns["row"][row])
                found.append(Named(said.agency_code, said.agency_name_th, place.file, place.sheet, number))
        return found

    def with_rows(self, rows: Sequence[dict[str, Any]]) -> TidyRows:
        """Return the rows followed by others of `row_check`."""
        if not rows:
            return self
        lists: dict[str, list[Any]] = {
            "owner": list(self.owners),
            "node": list(self.nodes),
            "text": list(self.texts),
            "place": list(self.places),
        }
        numbers: dict[tuple[str, Any], int] = {}

        def number(kind: str, value: Any) -> int:
            if (kind, value) not in numbers:
                numbers[kind, value] = len(lists[kind])
                lists[kind].append(value)
            return numbers[kind, value]

        more = {
            "owner": [number("owner", Owner(*(row[name] for name in Owner._fields))) for row in rows],
            "node": [number("node", Node(*(row[name] for name in Node._fields))) for row in rows],
            "place": [number("place", Place(row["source_file"], row["source_sheet"])) for row in rows],
            "respondents": [row["respondents"] or 0 for row in rows],
            "score": [row["score"] for row in rows],
            "row": [row["source_row"] for row in rows],
        } | {name: [number("text", row[name]) for row in rows] for name in TEXTS}
        given = {name: [row.get(name, -1) + 1 for row in rows] for name in COUNTED}
        more |= {name: values for name, values in given.items() if name in self.columns or any(values)}
        blank = np.zeros(len(self), dtype=np.uint8)
        columns = {
            name: np.concatenate([self.columns.get(name, blank), np.array(values, dtype=_narrow(name, values))])
            for name, values in more.items()
        }
        return TidyRows(columns, lists["owner"], lists["node"], lists["text"], lists["place"])

    def trimmed(self) -> TidyRows:
        """Return the rows without those columns of `COUNTED` in which nothing is given."""
        gone = {name for name in COUNTED if name in self.columns and not self.columns[name].any()}
        kept = {name: values for name, values in self.columns.items() if name not in gone}
        return replace(self, columns=kept) if gone else self

    def owner(self, row: int) -> Owner:
        """Return whose row it is."""
        return self.owners[int(self.columns["owner"][row])]

    def spans(self) -> dict[str, tuple[int, int]]:
        """Return per agency its first row and number of rows; the rows are in order."""
        agency = self.agency_of_owner[self.columns["owner"]]
        found, starts, counts = np.unique(agency, return_index=True, return_counts=True)
        return {
            self.agencies[at]: (int(start), int(count)) for at, start, count in zip(found, starts, counts, strict=True)
        }

    @cached_property
    def schema(self) -> pa.Schema:
        """Return the types of the tidy frame as a Parquet file of it holds them."""
        import pyarrow as pa

        texts = dict.fromkeys(contract.COLUMNS, "x")
        row = {**texts, "fiscal_year_be": 2566, "score": 1.0, "respondents": 1, "is_synthetic": True, "source_row": 2}
        row |= {name: 1 for name in COUNTED if name in self.columns}
        return pa.Schema.from_pandas(contract.as_frame([row]), preserve_index=False)

    def tables(self, count: int) -> Iterator[pa.Table]:
        """Yield the rows as tables of `count` rows with the columns and types of the tidy frame."""
        import pyarrow as pa

        schema, said = self.schema, self._said()
        for start in range(0, len(self), count):
            rows = {name: values[start : start + count] for name, values in self.columns.items()}
            arrays = {name: values.take(pa.array(rows[by].astype(np.int64))) for name, (by, values) in said.items()}
            people = rows["respondents"].astype(np.int64)
            arrays |= {
                "score": pa.array(rows["score"]),
                "respondents": pa.array(people, mask=people == 0),
                "source_row": pa.array(rows["row"].astype(np.int64)),
            }
            for name in COUNTED:
                if name in rows:
                    arrays[name] = pa.array(rows[name].astype(np.int64) - 1, mask=rows[name] == 0)
            yield pa.table([arrays[name].cast(schema.field(name).type) for name in schema.names], schema=schema)

    def frame(self) -> pd.DataFrame:
        """Return all rows as the tidy frame."""
        import pyarrow as pa

        table = pa.concat_tables(list(self.tables(len(self) or 1)))
        frame: pd.DataFrame = table.to_pandas(use_threads=False)
        return frame

    def _said(self) -> dict[str, tuple[str, pa.Array]]:
        """Return per text column by which number it is found, and what the numbers mean."""
        import pyarrow as pa

        owners = zip(*self.owners, strict=True)
        said = {name: ("owner", pa.array(values)) for name, values in zip(Owner._fields, owners, strict=True)}
        said |= {
            name: ("node", pa.array(values))
            for name, values in zip(Node._fields, zip(*self.nodes, strict=True), strict=True)
        }
        places = zip(("source_file", "source_sheet"), zip(*self.places, strict=True), strict=True)
        said |= {name: ("place", pa.array(values)) for name, values in places}
        texts = pa.array(self.texts)
        return said | {name: (name, texts) for name in TEXTS}


def _narrow(column: str, values: Sequence[Any]) -> Any:
    return np.float64 if column == "score" else np.min_scalar_type(max(values))


def _ranks(values: Sequence[Any]) -> Column:
    """Return the rank of each value, equal ones the same."""
    rank = {value: place for place, value in enumerate(sorted(set(values)))}
    return np.array([rank[value] for value in values], dtype=np.uint32)
