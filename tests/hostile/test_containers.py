"""Containers that are no honest workbook: each costs one sentence, soon, and nothing is followed, unpacked or run."""

from __future__ import annotations

import io
import os
import socket
import struct
import time
import zipfile

import pytest
from hostile.workbooks import LINKS, MAIN, PACKAGE, packed, parts, sheet_xml, workbook

from ita_analysis.scores import archive, isolated, reading

HEADER = ["agency_code", "fiscal_year_be", "framework", "level", "code", "score"]
ROW = [1028, 2566, "bangkok-district-2566", "item", "I1", 90]
GOOD_PARTS = parts([HEADER, ROW])
GOOD = packed(GOOD_PARTS)
SHEET = "xl/worksheets/sheet1.xml"


def changed(**members: str | bytes) -> bytes:
    return packed({**GOOD_PARTS, **{name.replace("__", "/"): content for name, content in members.items()}})


def with_part(name: str, content: str | bytes) -> bytes:
    return packed({**GOOD_PARTS, name: content})


def without(name: str) -> bytes:
    return packed({key: value for key, value in GOOD_PARTS.items() if key != name})


def doctype(body: str = "") -> str:
    return f'<?xml version="1.0"?><!DOCTYPE x [{body}]>' + GOOD_PARTS[SHEET]


def false_size(data: bytes) -> bytes:
    """The central directory says that the sheet is small; it is not."""
    at = data.rindex(SHEET.encode()) - 46
    return data[: at + 24] + struct.pack("<I", 40) + data[at + 28 :]


def flagged_encrypted(data: bytes) -> bytes:
    at = data.rindex(SHEET.encode()) - 46
    return data[: at + 8] + struct.pack("<H", 1) + data[at + 10 :]


def twice() -> bytes:
    data = io.BytesIO(GOOD)
    with zipfile.ZipFile(data, "a") as book, pytest.warns(UserWarning):
        book.writestr(SHEET, sheet_xml([HEADER, [*ROW[:5], 10]]))
    return data.getvalue()


def lzma_packed() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_LZMA) as book:
        for name, content in GOOD_PARTS.items():
            book.writestr(name, content)
    return data.getvalue()


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{at + 1} "{f"&a{at};" * 10}">' for at in range(9))

CASES = {
    "only the first bytes": (GOOD[:4], "file-damaged"),
    "cut in half": (GOOD[: len(GOOD) // 2], "file-damaged"),
    "cut at the end": (GOOD[:-30], "file-damaged"),
    "a byte flipped in the sheet": (GOOD[:700] + bytes([GOOD[700] ^ 255]) + GOOD[701:], "file-damaged"),
    "a zip of something else": (packed({"readme.txt": "x"}), "workbook-form"),
    "an empty zip": (packed({}), "workbook-form"),
    "no workbook part": (without("xl/workbook.xml"), "workbook-form"),
    "no sheet part": (without(SHEET), "header"),
    "a bomb by ratio": (with_part(SHEET, GOOD_PARTS[SHEET].replace("</sheetData>", " " * 3_000_000 + "</sheetData>")), "file-container"),
    "a bomb beside the sheet": (with_part("xl/media/a.bin", b"\0" * 5_000_000), "file-container"),
    "a bomb by count": (packed({**GOOD_PARTS, **{f"x/{n}": "" for n in range(1_001)}}), "file-container"),
    "a size that lies": (false_size(GOOD), "file-damaged"),
    "a document type": (with_part(SHEET, doctype()), "file-doctype"),
    "an entity": (with_part(SHEET, doctype('<!ENTITY x "9">')), "file-doctype"),
    "a billion laughs": (with_part(SHEET, doctype(LAUGHS)), "file-doctype"),
    "an outside entity": (with_part(SHEET, doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')), "file-doctype"),
    "a document type in UTF-16": (with_part(SHEET, doctype().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")), "file-doctype"),
    "a document type in the workbook": (with_part("xl/workbook.xml", "<!DOCTYPE x>" + GOOD_PARTS["xl/workbook.xml"]), "file-doctype"),
    "a document type in the links": (with_part("_rels/.rels", "<!DOCTYPE x>" + GOOD_PARTS["_rels/.rels"]), "file-doctype"),
    "a member with a path upwards": (packed({**GOOD_PARTS, "../../evil": "x"}), "file-container"),
    "a member with a path from the root": (packed({**GOOD_PARTS, "/etc/evil": "x"}), "file-container"),
    "a member with a Windows path": (packed({**GOOD_PARTS, "C:\\evil": "x"}), "file-container"),
    "a member twice": (twice, "file-container"),
    "a member with a password": (flagged_encrypted(GOOD), "file-container"),
    "another compression": (lzma_packed(), "file-container"),
    "no XML in the sheet": (with_part(SHEET, "not xml"), "file-damaged"),
    "XML cut off": (with_part(SHEET, GOOD_PARTS[SHEET][:-60]), "file-damaged"),
    "nested without end": (with_part(SHEET, "<a>" * 200_000), "file-damaged"),
    "rows out of order": (with_part(SHEET, GOOD_PARTS[SHEET].replace('<row r="2">', '<row r="1">')), "file-damaged"),
    "a cell in another row": (with_part(SHEET, GOOD_PARTS[SHEET].replace('r="A2"', 'r="A7"')), "file-damaged"),
    "a cell twice": (with_part(SHEET, GOOD_PARTS[SHEET].replace('r="B2"', 'r="A2"')), "file-damaged"),
    "an address of another kind": (with_part(SHEET, GOOD_PARTS[SHEET].replace('r="B2"', 'r="$2"')), "file-damaged"),
    "a text that is not there": (with_part(SHEET, GOOD_PARTS[SHEET].replace('<c r="F2">', '<c r="F2" t="s">')), "file-damaged"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file-old"),
    "a CSV with the wrong ending": (b"agency_code,code\r\n1028,I1", "file-ending"),
    "a PDF with the wrong ending": (b"%PDF-1.7", "file-ending"),
    "nothing": (b"", "file-empty"),
    "only blanks": (b" \r\n", "file-empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_container_that_is_no_honest_workbook_costs_one_sentence(tmp_path, name):
    data, code = CASES[name]
    (tmp_path / "scores.xlsx").write_bytes(data() if callable(data) else data)
    began = time.monotonic()
    found = reading.read([tmp_path / "scores.xlsx"])
    assert time.monotonic() - began < 10
    assert [problem.code for problem in found.problems] == [code]
    assert found.frame.empty
    problem = found.problems[0]
    assert problem.file == "scores.xlsx" and problem.found and problem.expected and problem.fix
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["scores.xlsx"]


def test_the_good_workbook_behind_all_of_them_is_read(tmp_path):
    (tmp_path / "scores.xlsx").write_bytes(GOOD)
    found = reading.read([tmp_path])
    assert not found.problems and found.frame["score"].tolist() == [90]


def test_sizes_together_count_too(tmp_path, monkeypatch):
    noise = [os.urandom(60_000) for _ in range(3)]
    monkeypatch.setattr(archive, "MAX_BYTES", 150_000)
    with pytest.raises(archive.Refused) as caught:
        archive.open_archive(packed({f"{at}.bin": part for at, part in enumerate(noise)}))
    assert caught.value.code == "file-container"


@pytest.mark.parametrize("ending", [".xls", ".xlsb", ".ods"])
@pytest.mark.parametrize("named", [True, False])
def test_other_kinds_of_workbooks_are_named_and_never_skipped(tmp_path, ending, named):
    (tmp_path / f"scores{ending}").write_bytes(GOOD)
    found = reading.read([tmp_path / f"scores{ending}" if named else tmp_path])
    assert [problem.code for problem in found.problems] == ["file-old"]


def test_lock_and_system_files_beside_the_data_are_left_alone(tmp_path):
    (tmp_path / "scores.xlsx").write_bytes(GOOD)
    for name in ("~$scores.xlsx", ".~lock.scores.xlsx#", "._scores.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini"):
        (tmp_path / name).write_bytes(b"\0")
    found = reading.read([tmp_path])
    assert not found.problems and len(found.files) == 1


def test_macros_are_never_run_and_said(tmp_path):
    (tmp_path / "scores.xlsm").write_bytes(with_part("xl/vbaProject.bin", b"\xcc\x61"))
    found = reading.read([tmp_path])
    assert not found.problems and len(found.frame) == 1
    assert any("มาโคร" in note for note in found.notes)


def test_a_link_to_the_outside_is_never_followed(tmp_path):
    """A server of ours listens; the workbook names it as its sheet, its strings and a linked book."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        links = GOOD_PARTS["xl/_rels/workbook.xml.rels"].replace(
            "</Relationships>",
            f'<Relationship Id="o1" Type="{LINKS}/externalLink" Target="{address}" TargetMode="External"/>'
            f'<Relationship Id="o2" Type="{LINKS}/sharedStrings" Target="{address}" TargetMode="External"/></Relationships>',
        )
        (tmp_path / "scores.xlsx").write_bytes(with_part("xl/_rels/workbook.xml.rels", links))
        found = reading.read([tmp_path])
        with pytest.raises(TimeoutError):
            server.accept()
    assert not found.problems and len(found.frame) == 1


def test_a_sheet_outside_the_container_is_not_read(tmp_path):
    outside = GOOD_PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../../etc/passwd")
    (tmp_path / "scores.xlsx").write_bytes(with_part("xl/_rels/workbook.xml.rels", outside))
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["header"]


# --- the process that parses


DEATHS = {
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "aborted": "import os; os.abort()",
    "ended early": "import os; os._exit(0)",
    "ended with an error": "raise SystemExit(3)",
    "answers nonsense": "print('{')",
    "out of memory": "b'x' * 10**12",
}


@pytest.mark.parametrize("name", DEATHS)
def test_a_parser_that_dies_costs_a_sentence_not_the_process(tmp_path, monkeypatch, name):
    monkeypatch.setattr(isolated, "_START", DEATHS[name])
    (tmp_path / "scores.xlsx").write_bytes(GOOD)
    (tmp_path / "other.csv").write_text(
        "agency_code,fiscal_year_be,framework,level,code,score\n1028,2566,bangkok-district-2566,item,I2,80\n",
        encoding="utf-8",
    )
    found = reading.read([tmp_path])
    assert [(problem.code, problem.file) for problem in found.problems] == [("file-unparsed", "scores.xlsx")]
    assert found.frame["code"].tolist() == ["I2"]


def test_a_parser_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "_START", "while True: pass")
    monkeypatch.setattr(isolated, "WALL_SECONDS", 1)
    (tmp_path / "scores.xlsx").write_bytes(GOOD)
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-unparsed"]


@pytest.mark.skipif(os.name == "nt", reason="the system has no such limits")
@pytest.mark.parametrize("limit", ["MEMORY_BYTES", "CPU_SECONDS"])
def test_the_limits_of_the_parser_hold(tmp_path, monkeypatch, limit):
    rows = [HEADER, *([1028, 2566, "x" * 50, "item", f"I{n}", n / 100] for n in range(30_000))]
    (tmp_path / "scores.xlsx").write_bytes(workbook(rows))
    monkeypatch.setattr(isolated, limit, 24_000_000 if limit == "MEMORY_BYTES" else 1)
    if limit == "CPU_SECONDS":
        monkeypatch.setattr(
            isolated,
            "_START",
            isolated._START.replace("isolated.main()", "isolated._limit(sys.argv[3:])\nwhile True: pass"),
        )
    assert reading.read([tmp_path]).problems[0].code in ("file-unparsed", "file-memory")


def test_too_many_cells_are_refused_in_the_sheet_that_has_them(tmp_path, monkeypatch):
    from ita_analysis.scores import workbook as parser

    monkeypatch.setattr(parser, "MAX_CELLS", 50)
    with pytest.raises(archive.Refused) as caught:
        parser.read(workbook([HEADER, *[ROW] * 10]))
    assert (caught.value.code, caught.value.sheet) == ("file-cells", "Scores")


def test_where_the_system_has_no_limits_the_same_is_read(tmp_path, plain):
    (tmp_path / "scores.xlsx").write_bytes(GOOD)
    assert reading.read([tmp_path]).frame["score"].tolist() == [90]


def test_a_csv_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "parse", None)
    (tmp_path / "a.csv").write_text("agency_code,fiscal_year_be,framework,level,code,score\n", encoding="utf-8")
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["no-rows"]


def test_the_strict_form_of_the_format_is_read_too(tmp_path):
    strict = {
        name: content.replace(LINKS, "http://purl.oclc.org/ooxml/officeDocument/relationships").replace(
            MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        for name, content in GOOD_PARTS.items()
    }
    assert PACKAGE in strict["_rels/.rels"]
    (tmp_path / "scores.xlsx").write_bytes(packed(strict))
    assert len(reading.read([tmp_path]).frame) == 1
