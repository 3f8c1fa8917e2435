"""Large files are read as columns, with the very result of the readers of any file: frame, problems, notes, names."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from score_files import COLUMNS, row, scores_bytes, write_scores

from ita_analysis.errors import MachineError
from ita_analysis.scores import (
    bounded,
    columnar,
    header_checks,
    inputs,
    isolated,
    numbered,
    plain_rows,
    reading,
    row_sources,
    store,
)
from ita_analysis.scores.archive import Refused

CODES = ("total", "IIT", "EIT", "OIT", "1", "2", "9", "9.1", "I1", "I2", "I10", "E1", "E2", "O1", "O2")
AGENCIES = (
    {"agency_code": "1028", "agency_name_th": "สำนักงานเขตสาทร", "framework": "bangkok-district-{year}"},
    {"agency_code": "1001", "agency_name_th": "", "framework": "bangkok-district-{year}"},
    {"agency_code": "99000001", "agency_name_th": "หน่วยงาน ก", "framework": "demo-{year}", "is_synthetic": "true"},
    {"agency_code": "99000002", "agency_name_th": "", "framework": "demo-{year}", "is_synthetic": "TRUE"},
)
WIDTH = (*COLUMNS, "score_doubt_th", "source_line")
SEEN: Counter[str] = Counter()


def tidy_rows() -> list[dict[str, str]]:
    rows = []
    for at, agency in enumerate(AGENCIES):
        for year in ("2565", "2566"):
            own = agency | {"fiscal_year_be": year, "framework": agency["framework"].format(year=year)}
            people = {"respondents": str(40 + at), "note_th": "หมายเหตุ" if at == 1 else ""}
            rows += [row(code, f"{70 + at + place}.{place:02d}", **own, **people) for place, code in enumerate(CODES)]
    return rows


ROWS = tidy_rows()
GOOD = scores_bytes(ROWS, WIDTH)
COUNTS = ("population", "answers_0", "answers_1", "answers_2", "answers_3")
COUNTED_WIDTH = (*WIDTH, *COUNTS)


def counted_rows() -> list[dict[str, str]]:
    """Return the rows, those of items with the answers that give their score: two steps, three, or none at all."""
    rows = [dict(one) for one in ROWS]
    for at, one in enumerate(rows):
        if one["code"][0] in "IE" and one["level"] == "item" and at < 40:
            answers = [["4", "36"], ["2", "6", "32"], []][at % 3]
            steps = len(answers) - 1
            if answers:
                one["score"] = f"{100 * sum(int(a) * step for step, a in enumerate(answers)) / (40 * steps):.2f}"
            one |= dict(zip(COUNTS, [["50", ""][at % 2], *answers], strict=False)) | {"respondents": "40"}
    return rows


COUNTED_ROWS = counted_rows()
ODD = st.one_of(
    st.sampled_from(
        [
            "", " ", "0", "1", "0.5", "20", "100", "100.0", "-1", "101", "1028", "1001", "9901", "99000001", "99000002", "๑๐๒๘", "E12",
            "i1", "O999", "true", "no", "2565", "2566", "2567", "2022", "2023", "๙๐", "90.50 ", " 90", "90,5", "๙๐.๕", "90 %",
            "NaN", "=1", "total", "IIT", "item", "ข้อ", "demo-2566", "national-2566", "bangkok-district-2565", "สำนักงานเขตสาทร",
            "เขตสาทร", "หน่วยงาน ก", "หน่วยงาน ข", "หมายเหตุ", "agency_code", "code", "a\nb", 'a"b', "a,b", "\u200b", "\x00",
        ]
    ),
    st.text(max_size=6),
)  # fmt: skip
ODD_COUNT = st.sampled_from(
    ["", "0", "1", "2", "36", "39", "40", "41", "-1", "1.5", "๔", "4 คน", "1,000", "x", " 4", "90", "85.01"]
)
COUNT_CHANGES = st.lists(
    st.tuples(st.integers(0, 44), st.sampled_from((*COUNTS, "respondents", "score", "level", "code")), ODD_COUNT),
    max_size=4,
)
CHANGES = st.lists(st.tuples(st.integers(0, len(ROWS) - 1), st.sampled_from(WIDTH), ODD), max_size=5)
MOVES = st.lists(
    st.tuples(st.sampled_from(["copy", "drop", "blank", "short"]), st.integers(0, len(ROWS) - 1)), max_size=3
)


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch, tmp_path):
    """Every file is large, and read a few rows at a time; nothing comes from a store."""
    monkeypatch.setattr(columnar, "SMALLEST", 0)
    monkeypatch.setattr(plain_rows, "AT_ONCE", 7)
    monkeypatch.setattr(store, "SMALLEST", 10**12)
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))


def outcome(read: reading.Reading) -> tuple[object, ...]:
    return (
        [problem.line_th() for problem in read.problems],
        [problem.agency_code for problem in read.problems],
        read.notes,
        list(read.named.items()),
        read.names(),
        read.scores.spans,
        [(file.shown, file.sha256, file.size) for file in read.files],
    )


def read_both(paths: Sequence[Path]) -> reading.Reading:
    """Read the files as columns and as any file, and require one result; return it."""
    with pytest.MonkeyPatch.context() as patch:
        quick = reading.read(paths)
        patch.setattr(columnar, "SMALLEST", 10**12)
        slow = reading.read(paths)
    assert outcome(quick) == outcome(slow)
    if len(slow.frame):
        pd.testing.assert_frame_equal(quick.frame, slow.frame)
    assert len(quick.frame) == len(slow.frame)
    SEEN["problems" if slow.problems else "notes" if slow.notes else "plain"] += 1
    return quick


def both(*files: bytes) -> reading.Reading:
    with TemporaryDirectory() as folder:
        for at, data in enumerate(files):
            (Path(folder) / f"{at}.csv").write_bytes(data)
        return read_both([Path(folder)])


def changed(
    changes: Sequence[tuple[int, str, str]],
    moves: Sequence[tuple[str, int]],
    given: Sequence[dict[str, str]] = ROWS,
    width: Sequence[str] = WIDTH,
) -> bytes:
    rows = [dict(one) for one in given]
    for at, column, value in changes:
        rows[at][column] = value.encode("utf-8", "replace").decode("utf-8")
    lines = [[one.get(name, "") for name in width] for one in rows]
    for kind, at in moves:
        if kind == "drop":
            del lines[at % len(lines)]
        else:
            other = {"copy": lines[at % len(lines)], "blank": [""] * len(width), "short": ["x"]}[kind]
            lines.insert((at * 7) % len(lines), list(other))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(width), *lines])
    return text.getvalue().encode("utf-8")


def test_plain_files_are_read_without_a_python_object_for_each_row(monkeypatch):
    monkeypatch.setattr(columnar.checking, "rows_of", None)
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.csv").write_bytes(GOOD)
        found = reading.read([Path(folder)])
    assert len(found.frame) == len(ROWS) and not found.problems


def test_plain_files_come_out_as_of_any_reader():
    found = both(GOOD)
    assert not found.problems and len(found.frame) == len(ROWS)
    assert found.names()["1001"] == "สำนักงานเขตพระนคร" and found.names()["99000002"] == "99000002"


def test_with_a_mark_other_line_ends_and_columns_in_another_order():
    both(b"\xef\xbb\xbf" + GOOD)
    both(GOOD.replace(b"\r\n", b"\n"), scores_bytes(ROWS[:3], WIDTH).replace(b"\r\n", b"\r"))
    both(scores_bytes(ROWS, sorted(WIDTH)))
    both(scores_bytes(ROWS, ("agency_code", "fiscal_year_be", "framework", "level", "code", "score")))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(CHANGES, MOVES)
@example([(0, "score", "x")], [])
@example([(17, "code", "i1")], [("copy", 3)])
def test_any_cells_and_rows_changed(changes, moves):
    both(changed(changes, moves))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(CHANGES, MOVES, CHANGES, st.integers(0, len(ROWS)))
def test_any_cells_of_several_files_changed(changes, moves, others, cut):
    first, second = changed(changes, moves), changed(others, [])
    lines = second.splitlines(keepends=True)
    both(first, b"".join([lines[0], *lines[cut:]]))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 3)), min_size=1, max_size=3)
)
def test_any_bytes_changed(changes):
    data = GOOD
    for at, new, dropped in changes:
        data = data[:at] + new + data[at + dropped :]
    both(data)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(COUNT_CHANGES, MOVES, st.booleans())
@example([], [], True)
@example([(9, "answers_0", "")], [("copy", 9)], False)
@example([(10, "respondents", ""), (12, "population", "39"), (9, "answers_0", "๔")], [], True)
@example([(9, "score", "85.01")], [], False)
@example([(9, "respondents", "41")], [], False)
@example([(1, "answers_0", "4"), (1, "answers_1", "36"), (1, "score", "90")], [], False)
def test_any_counts_changed(changes, moves, has_others):
    """Some agencies give counts; beside them may stand a file without any such column."""
    both(changed(changes, moves, COUNTED_ROWS, COUNTED_WIDTH), *([changed([], [("drop", 1)])] if has_others else []))


def test_counts_are_kept_as_columns_of_numbers_only_where_they_are_given(monkeypatch):
    monkeypatch.setattr(columnar.checking, "rows_of", None)
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.csv").write_bytes(scores_bytes(COUNTED_ROWS, COUNTED_WIDTH))
        (Path(folder) / "b.csv").write_bytes(scores_bytes(ROWS[-15:], COUNTED_WIDTH))
        full, blank = (reading.read([Path(folder) / name]) for name in ("a.csv", "b.csv"))
    assert full.scores.counted == ("population", "answers_0", "answers_1", "answers_2") and not full.problems
    assert full.frame["population"].notna().sum() == sum(bool(one.get("population")) for one in COUNTED_ROWS)
    assert blank.scores.counted == () and list(blank.frame.columns) == list(reading.contract.COLUMNS)


def test_the_mutations_reach_all_kinds_of_results():
    assert {"problems", "notes", "plain"} <= set(SEEN), SEEN


def weighted(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    points = {"IIT": "25.5", "EIT": "26.5", "OIT": "38", "total": "90"}
    return [one | {"score": points.get(one["code"], one["score"])} for one in rows]


@pytest.mark.parametrize(
    "rows",
    [
        weighted(ROWS),
        [*ROWS[:15], *weighted(ROWS[15:30]), *ROWS[30:]],
        [one | ({"score": "0.5"} if one["code"][0] == "I" else {}) for one in ROWS],
        [one | ({"score": "0.5"} if one["code"][0] == "O" and one["agency_code"] == "1028" else {}) for one in ROWS],
        [one | ({"score": "0.5"} if one["code"][0] in "IO" and one["agency_code"] == "1028" else {}) for one in ROWS]
        + [row("I3", "x"), row("I4", "0.5")],
        [one | {"agency_name_th": "หน่วยงาน ก"} for one in ROWS],
        [one | {"fiscal_year_be": str(int(one["fiscal_year_be"]) - 543)} for one in ROWS],
        [*ROWS, *ROWS],
        [*ROWS, *(one | {"score": "1.5"} for one in ROWS[40:50])],
        [*ROWS, *(one | {"framework": one["framework"].replace("demo", "national")} for one in ROWS)],
        [one | {"level": ""} for one in ROWS],
        [row(code=" ", score=" ", agency_code=" ")] * 3,
    ],
)
def test_whole_tables_that_contradict_the_contract(rows):
    both(scores_bytes(rows, WIDTH))
    both(scores_bytes(rows[: len(rows) // 2], WIDTH), scores_bytes(rows[len(rows) // 2 :], WIDTH))


def test_a_table_that_is_filled_to_the_limit_of_excel_was_probably_cut(monkeypatch):
    for module in (columnar, header_checks):
        monkeypatch.setattr(module, "LAST_ROW", len(ROWS) + 1)
    assert [problem.code for problem in both(GOOD).problems] == ["sheet-full"]


def test_a_file_that_is_not_tidy_beside_one_that_is(tmp_path):
    write_scores(tmp_path / "a.csv", ROWS)
    thai = "หน่วยงาน,ปีงบประมาณ,I1,I2\nเขตสาทร,2566,๘๐,81\nเขตพระนคร,2567,80,81\nไม่มีชื่อนี้,2567,1,2\n"
    (tmp_path / "b.csv").write_bytes(thai.encode())
    write_scores(tmp_path / "c.csv", [row("I3", "x"), row("I1", "70.00")])
    (tmp_path / "d.csv").write_bytes(b"\xff\xfe")
    found = read_both([tmp_path, tmp_path / "none.csv"])
    assert {problem.file for problem in found.problems} >= {"a.csv", "b.csv", "c.csv", "d.csv"}


@pytest.mark.parametrize("tail", [b"\xff", b"\x00", b'"open', b"1028," + b"x" * 140_000])
def test_a_text_that_breaks_off_is_one_problem_with_its_row(tail):
    found = both(GOOD + b'"a\r\nb",1\r\n' + tail + b"\r\n" + GOOD)
    assert len(found.problems) == 1 and found.frame.empty


def test_a_wrong_byte_is_found_across_blocks(monkeypatch):
    monkeypatch.setattr("ita_analysis.scores.csv_stream.BLOCK", 5)
    both(GOOD + '"ก\r\nข",1\r\n'.encode() + b"\r\n\r\r\n" + "ก".encode()[:2] + b"\r\n" + GOOD)
    both(GOOD + "ก".encode()[:2])
    both("ก,ข\r\n".encode("cp874") + GOOD)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"])
@pytest.mark.parametrize("large", [0, 10**9])
def test_another_kind_of_file_by_its_first_bytes_is_named_as_ever(monkeypatch, start, large):
    monkeypatch.setattr(inputs, "LARGE", large)
    assert both(start + b"\x00\x00\n" + GOOD).problems[0].code in ("file-ending", "file-old")


def test_a_row_that_may_belong_to_the_header_is_left_to_the_readers_of_any_file():
    header, *rows = GOOD.decode().splitlines()
    blank = "," * len(WIDTH)
    both("\n".join([f"{header},source_file", f"{blank}I1", *(f"{one},a" for one in rows)]).encode())


def test_a_file_that_grows_over_the_limit_while_it_is_read_is_unreadable(monkeypatch, tmp_path):
    (tmp_path / "a.csv").write_bytes(GOOD)
    monkeypatch.setattr(bounded, "_unfit", lambda path, handle, most: None)  # it was small when it was opened
    monkeypatch.setattr(bounded, "MAX_STREAMED", 1_000)
    monkeypatch.setattr(inputs, "LARGE", 0)
    monkeypatch.setattr(inputs, "_most", lambda path: 10**9)
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-unreadable"]


# --- Parquet


@pytest.fixture
def here(monkeypatch):
    """Parquet is made into CSV in this process."""

    def as_csv(data: bytes):
        out = TemporaryFile()  # noqa: SIM115 - its reader closes it
        with pytest.MonkeyPatch.context() as patch, open(out.fileno(), "wb", closefd=False) as stream:
            patch.setattr("sys.stdout", SimpleNamespace(buffer=stream))
            answer = isolated.answer(isolated.ROWS, data)
        if "refused" in answer:
            raise Refused(*answer["refused"])
        return out

    def parse(kind, data):
        answer = isolated.answer(kind, data)
        if "refused" in answer:
            raise Refused(*answer["refused"])
        return answer

    monkeypatch.setattr(isolated, "as_csv", as_csv)
    monkeypatch.setattr(isolated, "parse", parse)


def frame_of(rows: Sequence[dict[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)[list(COLUMNS)]
    return frame.assign(
        score=frame["score"].astype(float),
        fiscal_year_be=frame["fiscal_year_be"].astype(int),
        respondents=pd.to_numeric(frame["respondents"]),
        is_synthetic=frame["is_synthetic"].str.lower() == "true",
    )


@pytest.mark.parametrize("score", ["float64", "float32"])
def test_parquet_is_read_as_columns_too(here, tmp_path, score):
    frame_of(ROWS).astype({"score": score}).to_parquet(tmp_path / "a.parquet")
    assert len(read_both([tmp_path]).frame) == len(ROWS)


@pytest.mark.parametrize(
    "change",
    [
        {"score": pd.NA},
        {"score": -0.0},
        {"note_th": "\u200b"},
        {"respondents": 1.5},
        {"agency_code": "๑๐๒๘"},
        {"is_synthetic": pd.NA},
    ],
)
def test_odd_cells_of_parquet_are_explained_as_ever(here, tmp_path, change):
    frame = frame_of(ROWS).astype(object)
    frame.loc[[3, 20], list(change)] = next(iter(change.values()))
    frame = frame.convert_dtypes()
    frame.to_parquet(tmp_path / "a.parquet")
    read_both([tmp_path])


def test_dates_and_marks_of_parquet_are_left_to_the_readers_of_any_file(here, tmp_path):
    frame = frame_of(ROWS[:20])
    frame.assign(score=pd.Timestamp("2023-01-01")).to_parquet(tmp_path / "a.parquet")
    frame.assign(note_th=True).to_parquet(tmp_path / "b.parquet")
    assert read_both([tmp_path]).problems


def test_the_tidy_frame_itself_is_read_with_its_places(here, tmp_path):
    both(GOOD).frame.to_parquet(tmp_path / "a.parquet")
    assert not read_both([tmp_path]).problems


def test_parquet_is_made_into_rows_by_a_process_of_its_own(tmp_path, monkeypatch):
    frame_of(ROWS).to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(isolated, "parse", None)
    assert len(reading.read([tmp_path]).frame) == len(ROWS)
    monkeypatch.setattr(isolated, "ROWS_BYTES", 1_000)
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-size"]
    monkeypatch.setattr(isolated, "_START", "pass")
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-unparsed"]


def test_damaged_parquet_is_refused_as_ever(here, tmp_path):
    frame_of(ROWS).to_parquet(tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(data[:500] + b"\xff" * 60 + data[560:])
    (tmp_path / "b.parquet").write_bytes(data[:-9])
    assert [problem.code for problem in read_both([tmp_path]).problems] == ["file-damaged"] * 2


# --- limits


def test_more_odd_rows_than_can_be_held_are_a_problem_of_the_file(monkeypatch):
    monkeypatch.setattr(columnar, "MOST_ODD", 20)
    with TemporaryDirectory() as folder:
        write_scores(Path(folder) / "a.csv", [one | {"score": "x"} for one in ROWS])
        codes = Counter(problem.code for problem in reading.read([Path(folder)]).problems)
    assert codes == {"rows-odd": 1, "score-form": 20}


def test_more_different_texts_than_can_be_held_are_a_problem_of_the_file(monkeypatch):
    monkeypatch.setattr(numbered, "ROOM", 5_000)
    with TemporaryDirectory() as folder:
        write_scores(Path(folder) / "a.csv", [one | {"note_th": f"n{at}"} for at, one in enumerate(ROWS)])
        found = reading.read([Path(folder)])
    assert [problem.code for problem in found.problems] == ["file-memory"] and found.frame.empty


def test_a_csv_longer_than_what_is_held_is_read_where_it_is_tidy(monkeypatch, tmp_path):
    monkeypatch.setattr(bounded, "MAX_BYTES", 1_000)
    monkeypatch.setattr(inputs, "LARGE", 1_000)
    write_scores(tmp_path / "a.csv", ROWS)
    assert len(reading.read([tmp_path]).frame) == len(ROWS)
    write_scores(tmp_path / "b.csv", ROWS, ("code", "score"))
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-size"]
    monkeypatch.setattr(bounded, "MAX_STREAMED", 2_000)
    assert [problem.code for problem in reading.read([tmp_path / "a.csv"]).problems] == ["file-size"]


def test_a_file_that_changes_between_two_looks_is_not_believed(monkeypatch, tmp_path):
    monkeypatch.setattr(inputs, "LARGE", 0)
    path = write_scores(tmp_path / "a.csv", [*ROWS, row("I3", "x")])
    again = row_sources.RowSource.rows_again

    def changing(source: row_sources.RowSource, wanted: bytearray):
        path.write_bytes(path.read_bytes().replace(b"70.00", b"71.00"))
        return again(source, wanted)

    monkeypatch.setattr(row_sources.RowSource, "rows_again", changing)
    with pytest.raises(MachineError, match="ถูกแก้ระหว่างอ่าน"):
        reading.read([tmp_path])


def test_a_large_csv_keeps_the_sha256_of_the_rows_that_were_read(monkeypatch, tmp_path):
    monkeypatch.setattr(inputs, "LARGE", 0)
    write_scores(tmp_path / "a.csv", ROWS)
    found = read_both([tmp_path])
    assert found.files[0].sha256 == bounded.read_input(tmp_path / "a.csv").sha256


def test_large_files_come_back_from_the_store_as_they_were_read(monkeypatch, tmp_path):
    write_scores(tmp_path / "a.csv", [*ROWS, row("I3", "x"), row("I4", "๘๐")])
    first = reading.read([tmp_path])
    monkeypatch.setattr(store, "SMALLEST", 0)
    monkeypatch.setattr(store, "ROWS", (50, 50))
    stored, again = reading.read([tmp_path]), reading.read([tmp_path])
    assert stored.scores.entry == again.scores.entry is not None
    assert outcome(first) == outcome(stored) == outcome(again)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    parts = list(again.scores.by_agencies(("agency_code", "code"), at_once=40))
    assert len(parts) == 2
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), first.frame[["agency_code", "code"]])
    assert again.scores.distinct(["fiscal_year_be"])["fiscal_year_be"].tolist() == [2565, 2566]
