"""Reading files and folders: what can't be read is a problem with its place, and whose problem it is decides who gets a brief."""

import os
import time
from pathlib import Path

import pytest
from score_files import COLUMNS, made_up, row, scores_bytes, write_scores

from ita_analysis import places
from ita_analysis.errors import InputError, ScoreFileError, UnknownNameError
from ita_analysis.scores import agencies, bounded, reading
from ita_analysis.scores.csv_table import read_table

BOM = b"\xef\xbb\xbf"
GOOD = scores_bytes([row("I1"), row("I2"), row("I3")])
OPEN_FILES = Path("/proc/self/fd")
needs_links = pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="the system has no links to refuse")


def read_bytes(folder, data, name="scores.csv"):
    (folder / name).write_bytes(data)
    return reading.read([folder / name])


def problems_of(found):
    return [(problem.code, problem.row) for problem in found.problems]


def lines(*given):
    return "\r\n".join(given).encode("utf-8")


HEADER = "agency_code,fiscal_year_be,framework,level,code,score"
ROW = "1028,2566,bangkok-district-2566,item,I1,90"


@pytest.mark.parametrize("data", [GOOD, BOM + GOOD, GOOD.rstrip(), GOOD + b"\r\n\r\n", GOOD.replace(b"\r\n", b"\n")])
def test_utf8_is_read_with_or_without_bom_whatever_ends_its_lines(tmp_path, data):
    found = read_bytes(tmp_path, data)
    assert not found.problems
    assert found.frame["source_row"].tolist() == [2, 3, 4]
    assert found.frame["agency_name_th"].unique().tolist() == ["สำนักงานเขตสาทร"]


def test_columns_may_stand_in_any_order_and_further_ones_do_no_harm(tmp_path):
    swapped = [*reversed(COLUMNS), "remark", ""]
    found = reading.read([write_scores(tmp_path / "scores.csv", [row("I1") | {"remark": "x", "": ""}], swapped)])
    assert not found.problems
    assert found.frame["score"].tolist() == [95.86]


BROKEN = {
    "empty": (b"", [("file-empty", None)]),
    "blank": (b" \r\n\t\n", [("file-empty", None)]),
    "only a byte order mark": (BOM, [("file-empty", None)]),
    "one byte": (b"x", [("header", None)]),
    "no header": (lines(ROW, ROW), [("header", None)]),
    "header only": (scores_bytes([]), [("no-rows", None)]),
    "two columns missing": (lines("agency_code,fiscal_year_be,framework,level", "1,2,3,4"), [("header", 1)] * 2),
    "a column twice": (lines(HEADER + ",score", ROW + ",91"), [("header", 1)]),
    "a wrong byte": (GOOD.replace(b"I2", b"I\xa12"), [("encoding", 3)]),
    "a wrong byte after a BOM": (BOM + GOOD.replace(b"I2", b"I\xa12"), [("encoding", 3)]),
    "UTF-8 that was mixed with Thai in another encoding": (GOOD + "ส".encode("cp874"), [("encoding", 5)]),
    "a byte that no Thai encoding has": (lines(HEADER, ROW, "ก").decode().encode("cp874") + b"\xfe", [("encoding", 3)]),
    "UTF-16": (GOOD.decode().encode("utf-16"), [("encoding", 1)]),
    "NUL": (GOOD.replace(b"I3", b"I3\x00"), [("control-character", 4)]),
    "a row too short": (lines(HEADER, ROW, "1028,2566", ROW), [("row-width", 3)]),
    "a row too long": (lines(HEADER, ROW + ",90"), [("row-width", 2)]),
    "a quote never closed": (lines(HEADER, ROW, '"1028,2566'), [("csv-form", 3)]),
    "a huge cell": (lines(HEADER, ROW, ROW + "9" * 200_000), [("csv-form", 3)]),
    "a big cell": (lines(HEADER, ROW, ROW + "9" * 100_000), [("score-form", 3)]),
    "cut in a letter": (scores_bytes([row()])[:-4] + "ส".encode()[:2], [("encoding", 2)]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_the_row_as_excel_counts(tmp_path, name):
    data, wanted = BROKEN[name]
    found = read_bytes(tmp_path, data)
    assert problems_of(found) == wanted
    assert all(problem.fix and len(problem.line_th()) < 400 for problem in found.problems)


@pytest.mark.parametrize("encoding", ["cp874", "tis-620"])
def test_thai_in_the_older_encoding_is_read_and_said(tmp_path, encoding):
    found = read_bytes(tmp_path, GOOD.decode().encode(encoding))
    assert not found.problems
    assert found.frame["agency_name_th"].unique().tolist() == ["สำนักงานเขตสาทร"]
    assert len(found.notes) == 1 and "CP874" in found.notes[0]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_signs_between_cells_are_recognised_and_said(tmp_path, sign):
    found = read_bytes(tmp_path, GOOD.replace(b",", sign.encode()))
    assert not found.problems and len(found.frame) == 3 and len(found.notes) == 1


def test_a_line_end_inside_quotes_begins_no_row(tmp_path):
    data = lines(HEADER + ",note_th", ROW + ',"สอง\r\nบรรทัด"', ROW.replace("90", "x") + ",")
    assert problems_of(read_bytes(tmp_path, data)) == [("score-form", 3)]
    assert problems_of(read_bytes(tmp_path, data.replace(b",x,", b",\xff,"))) == [("encoding", 3)]


def test_blank_rows_count_but_say_nothing(tmp_path):
    found = read_bytes(tmp_path, lines(HEADER, "", ",,,,,", ROW))
    assert not found.problems
    assert found.frame["source_row"].tolist() == [4]


def test_a_short_row_beside_other_faults_is_one_of_all(tmp_path):
    found = read_bytes(tmp_path, lines(HEADER, ROW.replace("90", "x"), "1", ROW.replace("I1", "I2")))
    assert sorted(problems_of(found)) == [("row-width", 3), ("score-form", 2)]
    assert found.frame["code"].tolist() == ["I2"]


def test_a_folder_is_read_in_name_order_without_what_is_no_score_file(tmp_path):
    for name in ("b.CSV", "a.csv", "~$a.csv", ".hidden.csv", "notes.txt"):
        (tmp_path / name).write_bytes(scores_bytes([row("I1" if name == "a.csv" else "I2")]))
    found = reading.read([tmp_path])
    assert [file.shown for file in found.files] == ["a.csv", "b.CSV"]
    assert not found.problems


def test_the_same_file_named_twice_is_read_once(tmp_path):
    path = write_scores(tmp_path / "a.csv", [row()])
    found = reading.read([path, tmp_path, tmp_path / "x" / ".." / "a.csv"])
    assert len(found.files) == 1 and not found.notes


def test_files_of_one_name_are_told_apart(tmp_path):
    paths = [write_scores(tmp_path / folder / "s.csv", [row(score="x")]) for folder in ("p", "q")]
    assert [problem.file for problem in reading.read(paths).problems] == ["s.csv", "q/s.csv"]


@pytest.mark.parametrize(
    ("name", "code"), [("nothing.csv", "file-missing"), ("nothing", "file-missing"), ("a\0.csv", "file-missing")]
)
def test_a_path_that_is_not_there(tmp_path, name, code):
    assert problems_of(reading.read([tmp_path / name])) == [(code, None)]


def test_a_name_too_long_for_the_system_is_a_problem_too(tmp_path):
    assert problems_of(reading.read([tmp_path / ("a" * 300 + ".csv")])) == [("file-unreadable", None)]


def test_an_empty_folder_and_a_file_of_another_kind(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "scores.pdf").write_bytes(b"%PDF")
    found = reading.read([tmp_path / "empty", tmp_path / "scores.pdf"])
    assert problems_of(found) == [("folder-empty", None), ("file-kind", None)]


def test_a_folder_named_like_a_file_inside_a_folder(tmp_path):
    (tmp_path / "x.csv").mkdir()
    assert problems_of(reading.read([tmp_path])) == [("file-kind", None)]


@needs_links
def test_links_are_refused_wherever_they_point(tmp_path):
    write_scores(tmp_path / "real" / "a.csv", [row()])
    (tmp_path / "to-file.csv").symlink_to(tmp_path / "real" / "a.csv")
    (tmp_path / "to-folder.csv").symlink_to(tmp_path / "real")
    (tmp_path / "to-nothing.csv").symlink_to(tmp_path / "gone")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert problems_of(reading.read([tmp_path])) == [("file-link", None)] * 4


@needs_links
def test_a_pipe_is_refused_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    began = time.monotonic()
    assert problems_of(reading.read([tmp_path])) == [("file-kind", None)]
    assert time.monotonic() - began < 5


def test_a_folder_that_may_not_be_listed_is_a_problem(tmp_path, monkeypatch):
    def denied(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", denied)
    assert problems_of(reading.read([tmp_path])) == [("file-unreadable", None)]


def test_a_disk_that_fails_while_reading_is_a_problem(tmp_path, monkeypatch):
    def failing(*_):
        raise OSError(5, "Input/output error")

    path = write_scores(tmp_path / "a.csv", [row()])
    monkeypatch.setattr("ita_analysis.scores.bounded.stat.S_ISREG", failing)
    assert problems_of(reading.read([path])) == [("file-unreadable", None)]


def test_a_file_past_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "MAX_BYTES", 100)
    assert problems_of(read_bytes(tmp_path, GOOD)) == [("file-size", None)]


def test_reading_leaves_no_file_open(tmp_path):
    if not OPEN_FILES.is_dir():
        pytest.skip("the system does not list open files")
    (tmp_path / "x.csv").mkdir()
    write_scores(tmp_path / "a.csv", [row()])
    before = len(list(OPEN_FILES.iterdir()))
    for _ in range(5):
        reading.read([tmp_path])
    assert len(list(OPEN_FILES.iterdir())) == before


def test_the_frame_has_its_types_though_no_row_was_read(tmp_path):
    found = read_bytes(tmp_path, b"")
    good = read_bytes(tmp_path, GOOD)
    for name in ("fiscal_year_be", "score", "respondents", "is_synthetic"):
        assert found.frame[name].dtype == good.frame[name].dtype


# --- sources.csv: what stands behind a score file


def test_what_sources_say_belongs_to_the_file_they_name(tmp_path):
    write_scores(tmp_path / "a.csv", [row()])
    text = "file,document_th,document_date,says_not_th\na.csv,รายงาน,2567-03-31,ปี\nb.csv,อื่น,,\n"
    (tmp_path / "sources.csv").write_text(text, encoding="utf-8")
    found = reading.read([tmp_path / "a.csv"])
    assert found.documents == {"a.csv": reading.SourceDocument("รายงาน", "2567-03-31", "ปี")}
    assert [file.shown for file in found.files] == ["a.csv", "sources.csv"]


@pytest.mark.parametrize("text", [b"file\na.csv", b"\xff", b"", b'"', b"file,document_th,document_date,says_not_th\na"])
def test_sources_that_cannot_be_read_are_a_problem_of_the_file(tmp_path, text):
    write_scores(tmp_path / "a.csv", [row()])
    (tmp_path / "sources.csv").write_bytes(text)
    found = reading.read([tmp_path])
    assert found.problems and {problem.file for problem in found.problems} == {"sources.csv"}
    with pytest.raises(ScoreFileError):
        found.choose("1028")


# --- whose problem it is


def test_another_agencys_problem_does_not_fail_mine(tmp_path):
    path = write_scores(tmp_path / "a.csv", [row(), made_up(score="x"), made_up("I2", score="y")])
    assert reading.read([path]).choose("1028") == ("1028", 2)


def test_my_own_problem_fails_me_by_code_name_and_alias(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row(), row("I2", "x"), made_up()])])
    for wanted in ("1028", "สำนักงานเขตสาทร", "สาทร", " 1028 "):
        with pytest.raises(ScoreFileError) as caught:
            found.choose(wanted)
        assert len(caught.value.problems) == 1


def test_an_unlisted_agency_does_not_escape_its_problems_by_its_name(tmp_path):
    other = {"agency_code": "5555", "agency_name_th": "เทศบาลหนึ่ง"}
    found = reading.read([write_scores(tmp_path / "a.csv", [row("I1", **other), row("I2", "x", **other), row()])])
    for wanted in ("5555", "เทศบาลหนึ่ง"):
        with pytest.raises(ScoreFileError):
            found.choose(wanted)
    assert found.choose("1028") == ("1028", 1)


def test_an_agency_of_which_no_row_is_sound_gets_its_problems_not_unknown(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row(score="x"), made_up()])])
    with pytest.raises(ScoreFileError):
        found.choose("1028")


@pytest.mark.parametrize("data", [b"", b"\xff", lines(HEADER, "1"), lines(HEADER, ROW.replace("1028", "?"))])
def test_a_problem_of_the_whole_file_fails_everybody(tmp_path, data):
    write_scores(tmp_path / "a.csv", [row()])
    (tmp_path / "b.csv").write_bytes(data)
    with pytest.raises(ScoreFileError) as caught:
        reading.read([tmp_path]).choose("1028")
    assert {problem.file for problem in caught.value.problems} == {"b.csv"}


def test_an_agency_is_found_by_code_name_and_alias(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row(agency_name_th="เขตสาทร"), made_up()])])
    for wanted in ("1028", "สำนักงานเขตสาทร", "เขตสาทร", "สาทร", " สาทร "):
        assert found.choose(wanted) == ("1028", 0)


def test_an_unknown_agency_is_answered_with_the_nearest_names(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row()])])
    with pytest.raises(UnknownNameError) as caught:
        found.choose("สำนักงานเขตสาธร")
    assert "สำนักงานเขตสาทร (1028)" in str(caught.value)


def test_a_listed_agency_without_scores_is_called_by_its_name(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row()])])
    with pytest.raises(UnknownNameError) as caught:
        found.choose("1001")
    assert "สำนักงานเขตพระนคร (1001) ยังไม่มีคะแนน" in str(caught.value)


def test_an_empty_wish_is_unknown(tmp_path):
    found = reading.read([write_scores(tmp_path / "a.csv", [row()])])
    with pytest.raises(UnknownNameError):
        found.choose("  ")


# --- the list of agencies and the shipped data


def test_the_fifty_districts_are_listed_with_names_of_their_own():
    known = agencies.known_agencies()
    assert {str(code) for code in range(1001, 1051)} <= set(known)
    names = [name for agency in known.values() for name in (agency.name_th, *agency.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "data", [b"\xff", b"code,name_th\n1,a", b"code,name_th,aliases,type,scheme,parent,source\n1,a"]
)
def test_a_damaged_list_of_agencies_is_said_in_words(tmp_path, data):
    (tmp_path / "agencies.csv").write_bytes(data)
    with pytest.raises(InputError, match="รายชื่อหน่วยงาน"):
        agencies.known_agencies(tmp_path / "agencies.csv")


def test_the_shipped_data_has_no_problem():
    assert not reading.read().problems


def test_every_shipped_figure_equals_its_cell():
    found = reading.read([places.data_folder() / "published"])
    table = {(file.shown, number): cells for file in found.files for number, cells in read_table(file, ()).rows}
    assert len(found.frame) >= 29
    for given in found.frame.to_dict("records"):
        cells = table[given["source_file"], given["source_row"]]
        assert cells["code"] == given["code"]
        assert float(cells["score"]) == given["score"]
