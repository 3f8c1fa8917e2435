"""A register all the way round: typed into a workbook, taken in, reported, carried into the next round and the next year."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ita_analysis.brief.blocks import Table, text_of
from ita_analysis.brief.progress import datasets as report_datasets
from ita_analysis.brief.progress import facts as report_facts
from ita_analysis.brief.progress import records as report_records
from ita_analysis.brief.progress.official_table import EVIDENCE, MEASURE, RESULT, official_table
from ita_analysis.brief.sentences import say
from ita_analysis.framework import crosswalk, loader
from ita_analysis.measures import changes, checks, form, listing, model, register, tables
from ita_analysis.measures.cells import clean
from ita_analysis.measures.form_plan import Form
from ita_analysis.measures.register import folder_of
from ita_analysis.measures.rows import as_register, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD
from ita_analysis.measures.words import Place

sys.path.append(str(Path(__file__).parent.parent / "measures"))
from filling import NAME, columns_of, empty_form, fill_in, full_form, opened, read, row_of
from random_registers import registers

THIS_YEAR = model.Head("9901", 2567, "demo-2566", 2566, is_synthetic=True)
NEXT_YEAR = model.Head("9901", 2568, "demo-2567", 2567, is_synthetic=True)
MARK = re.compile(r"k([A-Z]+[0-9]+)k")  # stands behind every text that a report shows, so that each is one of its kind
EARLIER = say("official.earlier", text="").strip()
TEXTS = {
    "measures": "measure_th",
    "results": "result_th",
    "evidence": "caption_th",
    "records": "subject_th",
    "notes": "note_th",
}


@st.composite
def years(draw) -> model.Register:
    """Return a register of a whole year in which measures have results of both rounds, several of each too."""
    made = draw(registers(most=4))
    rounds = st.sampled_from([(), (1,), (1, 2), (1, 2, 2), (1, 1, 2)])
    more = [(measure, number) for measure in made.measures[:2] for number in draw(rounds)]
    results = [
        model.Result(f"R{number:03d}", round_number, measure.measure_id, result_th="ทำแล้ว")
        for number, (measure, round_number) in enumerate(more, start=len(made.results) + 1)
    ]
    return marked(dataclasses.replace(made, results=(*made.results, *results)))


def marked(made: model.Register) -> model.Register:
    """Return the register of this year, round 1 numbered before round 2, every text with its key behind it."""
    rows = as_rows(dataclasses.replace(made, head=THIS_YEAR))
    first_round = {key: found["round"] for key, found in rows["results"].items()}
    for found in rows["evidence"].values():
        found["round"] = max(first_round[key] for key in found["result_ids"].split())
    about = {**first_round, **dict.fromkeys((*rows["items"], *rows["measures"]), "1")}
    for found in rows["notes"].values():
        found["round"] = about[found["about"]]
    renamed = {}
    for name in ("results", "evidence", "records", "notes"):
        ordered = sorted(rows[name].items(), key=lambda one: (one[1]["round"], one[0]))
        renamed |= {key: f"{key[0]}{number:03d}" for number, (key, _) in enumerate(ordered, start=1)}
    for name, text in TEXTS.items():
        key_name = f"{name.removesuffix('s')}_id"
        rows[name] = {renamed.get(key, key): found for key, found in rows[name].items()}
        for key, found in rows[name].items():
            found |= {key_name: key, text: clean(f"{found[text]} k{key}k")}
            if name in ("evidence", "notes"):
                del found["round"]
        rows[name] = dict(sorted(rows[name].items()))
    for found in rows["evidence"].values():
        found["result_ids"] = " ".join(renamed[key] for key in found["result_ids"].split())
    for found in rows["notes"].values():
        found["about"] = renamed.get(found["about"], found["about"])
    return as_register(rows)


def of_round_one(made: model.Register) -> model.Register:
    """Return what is known when round 1 ends."""
    results = {one.result_id for one in made.results if one.round == 1}
    later = {one.result_id for one in made.results} - results
    return dataclasses.replace(
        made,
        results=tuple(one for one in made.results if one.round == 1),
        evidence=tuple(one for one in made.evidence if results.issuperset(one.result_ids)),
        records=tuple(one for one in made.records if one.round == 1),
        notes=tuple(one for one in made.notes if one.about not in later),
    )


def new_rows(made: model.Register, before: model.Register):
    """Return the rows of `made` that `before` does not have."""
    old = as_rows(before)
    return {
        name: {key: one for key, one in found.items() if key not in old[name]} for name, found in as_rows(made).items()
    }


def taken_in(workbook: bytes, stored, folder: Path) -> model.Register:
    """Read a workbook, take it in over the stored rows, write the tables and read them back as the command does."""
    found = read(workbook)
    assert not found.problems
    done = changes.merged(found, stored)
    assert not done.problems and not done.needs_accept
    assert not checks.problems_of(done.rows, lambda *_: Place())
    home = folder_of("9901", 2567, folder)
    home.mkdir(parents=True, exist_ok=True)
    for name, data in tables.encoded(done.rows).items():
        (home / name).write_bytes(data)
    return register.load("9901", 2567, folder)


def facts_of(made: model.Register, round_number) -> report_facts.ReportFacts:
    return report_facts.ReportFacts(made, {}, "", round_number, "arabic", 90.0, NAME, loader.load(made.head.framework))


def shown_in(facts):
    """Return for every marked text of the official table the column and the items of each place where it stands."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for group in official_table(facts).groups:
        for part in group.parts:
            for cells in part.grid:
                for column, cell in enumerate(cells):
                    for key in MARK.findall("\n".join(text_of(runs) for runs in cell.lines)) if cell else ():
                        found.setdefault(key, []).append((column, part.codes))
    return found


def earlier_in(facts) -> set[str]:
    """Return the marks of what the official table shows as of the first six months, beside something later."""
    parts = [part for group in official_table(facts).groups for part in group.parts]
    cells = [cell for part in parts for cells in part.grid for cell in cells if cell]
    texts = [text_of(runs) for cell in cells for runs in cell.lines]
    return {key for text in texts if text.startswith(EARLIER) for key in MARK.findall(text)}


def compare(made: model.Register, round_number) -> None:
    """The report of a round shows every item, measure, result, piece of evidence and record once and in its place."""
    facts = facts_of(made, round_number)
    table, shown = official_table(facts), shown_in(facts)
    codes = [code for group in table.groups for part in group.parts for code in part.codes]
    assert Counter(codes) == Counter(item.item_code for item in made.items)

    def stands_once(key: str, column: int, items) -> None:
        ((at, part),) = shown.pop(key)
        assert at == column and set(part) & set(items)

    planned = [one for one in made.results if one.measure_id]
    later = {one.measure_id for one in planned if one.round == 2}
    assert earlier_in(facts) == {one.result_id for one in planned if one.round == 1 and one.measure_id in later}
    places = {one.result_id: shown[one.result_id] for one in made.results}
    for one in made.measures:
        stands_once(one.measure_id, MEASURE, one.item_codes)
    for one in made.results:
        stands_once(one.result_id, RESULT, made.items_of(one))
    for one in made.evidence:
        wanted = {part for key in one.result_ids for _, part in places[key]}
        assert Counter(shown.pop(one.evidence_id)) == Counter((EVIDENCE, part) for part in wanted)
    for one in made.notes:
        assert len(shown.pop(one.note_id)) == 1
    assert not shown
    records = report_records.records_table(facts)
    rows = [row.cells[0].text for row in records.rows if not row.group] if isinstance(records, Table) else []
    in_table = [key for text in rows for key in MARK.findall(text) if key[0] == "C"]
    assert Counter(in_table) == Counter(one.record_id for one in made.records)
    annex = {one.role: one for one in report_datasets.datasets(facts)}
    for name, found in as_rows(made).items():
        keys = [row[0] for row in annex[name].rows] if name in annex else []
        if name not in (HEAD, "table_rows"):
            assert Counter(keys) == Counter(list(found))
    assert len(annex["table_rows"].rows if "table_rows" in annex else ()) == len(made.table_rows)


def carried_into_next_year(made: model.Register) -> None:
    """The workbook of the next year names the measures of this one beside the items that compare."""
    rules = loader.load(NEXT_YEAR.framework)
    codes = [code for code in rules.item if crosswalk.counterpart(rules, code)[0] in made.item]
    previous = listing.served_before(made, codes, rules)
    items = tuple(model.Item(code, reason="listed", previous_measure_ids=previous.get(code, ())) for code in codes)
    new = model.Register(NEXT_YEAR, items)
    workbook = form.render(Form(NAME, as_rows(new), listing.texts_before(made, previous), blank=0.2))
    found = read(workbook)
    assert not found.problems
    sheet = opened(workbook)["1 ข้อประเมิน"]
    last = max(columns_of(sheet).values())
    for code in codes:
        before, relation, _ = crosswalk.counterpart(rules, code)
        own = made.measures_of(before) if relation in crosswalk.COMPARABLE else ()
        assert found.rows["items"][code]["previous_measure_ids"].split() == [one.measure_id for one in own]
        told = sheet.cell(row_of(sheet, code), last).value if own else ""
        assert MARK.findall(told or "") == [one.measure_id for one in own]


@settings(max_examples=30, deadline=None)
@given(years())
def test_a_register_goes_round_without_loss_from_the_first_workbook_to_the_next_year(tmp_path_factory, year):
    first = of_round_one(year)
    folder = tmp_path_factory.mktemp("registers")
    head = {**empty_rows(), HEAD: as_rows(year)[HEAD]}
    assert taken_in(fill_in(empty_form(first), as_rows(first)), head, folder) == first
    compare(first, 1)

    workbook = full_form(first)  # of the next round: what is known stands in it, new rows wait below
    carried = read(workbook)
    assert not changes.merged(carried, as_rows(first)).changes
    assert taken_in(fill_in(workbook, new_rows(year, first)), as_rows(first), folder) == year
    compare(year, 2)
    assert shown_in(facts_of(year, 1)).keys() >= {one.result_id for one in first.results}
    carried_into_next_year(year)
