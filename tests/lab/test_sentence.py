"""Scores asked like a sentence: the figures are those of the brief, what is not there is told, nothing can be changed."""

import dataclasses

import pandas as pd
import pytest
from score_files import row, write_scores

import ita_analysis as ita
from ita_analysis.brief.blocks import MIME, Chart, Table, Text, text_of
from ita_analysis.brief.district import open_brief
from ita_analysis.errors import InputError, ScoreFileError, UnknownNameError, UsageError


@pytest.fixture(scope="module")
def everything():
    return ita.load()


@pytest.fixture(scope="module")
def demo(everything):
    return everything.choose("9901", 2567)


@pytest.fixture(scope="module")
def sathon(everything):
    return everything.choose("สาทร", 2566)


def test_the_findings_are_those_of_the_brief(sathon):
    found = sathon.find(below=90)
    brief = open_brief("1028", 2566)
    assert list(found.frame["code"]) == list(brief.facts.below["code"])
    assert found.show() == brief.findings()


def test_a_score_equal_to_the_line_is_not_found(sathon):
    assert "E12" in set(sathon.find(below=81.88).frame["code"])
    assert "E12" not in set(sathon.find(below=81.87).frame["code"])


@pytest.mark.parametrize(
    ("kind", "part"), [("profile", "main_chart"), ("peers", "peers_chart"), ("trend", "history_chart")]
)
def test_the_pictures_are_those_of_the_brief(demo, kind, part):
    made, shown = demo.draw(kind).show(), getattr(open_brief("9901", 2567), part)()
    assert (made.title, made.svg, made.alt) == (shown.title, shown.svg, shown.alt)


def test_a_picture_marks_the_code_that_is_asked_for(demo):
    for kind in ("profile", "items", "peers", "trend"):
        plain, marked = demo.draw(kind).show(), demo.draw(kind, code="E9").show()
        assert isinstance(marked, Chart) and marked.alt
        assert plain.svg != marked.svg


def test_a_chosen_agency_can_be_refined_and_replaced(everything):
    assert set(everything.choose("9901").choose(year=2566).frame["fiscal_year_be"]) == {2566}
    assert set(everything.choose("9901").choose("9902").frame["agency_code"]) == {"9902"}
    assert set(everything.choose(["9901", "9902"]).frame["agency_code"]) == {"9901", "9902"}
    assert set(everything.choose(scheme="demo", code="e9").frame["code"]) == {"E9"}


def test_a_code_of_digits_may_come_as_a_number(everything):
    assert set(everything.choose(1028, 2566).frame["agency_code"]) == {"1028"}


def test_the_frame_is_a_copy(sathon):
    frame = sathon.frame
    frame.loc[:, "score"] = 0.0
    assert sathon.frame["score"].max() == 100.0


def test_nothing_of_it_can_be_set(sathon):
    with pytest.raises(dataclasses.FrozenInstanceError):
        sathon.line = 3


def test_it_shows_itself_as_a_block_with_its_data(sathon):
    shown = sathon.find()._repr_mimebundle_()
    assert shown[MIME]["kind"] == "table"
    assert shown["text/plain"].startswith("<Scores 6 แถว")


def test_the_year_before_is_subtracted_only_where_it_compares(demo):
    frame = demo.compare(with_year=2566).frame
    assert frame.loc[~frame["is_comparable"], "change_points"].isna().all()
    assert (frame.loc[~frame["is_comparable"], "reason_th"] != "").all()


def test_peers_and_ranks_agree(demo, everything):
    beside = demo.compare(with_peers=True).frame.set_index("code")
    ranked = everything.choose(year=2567, scheme="demo").rank("E9").frame.set_index("agency_code")
    assert beside.loc["E9", "place"] == ranked.loc["9901", "place"]
    assert len(ranked) == beside.loc["E9", "n_agencies"] == 50
    assert ranked["place"].is_monotonic_increasing


def test_agencies_stand_side_by_side_the_widest_apart_first(demo):
    frame = demo.compare(with_agencies=["9902", "9903"]).frame
    assert list(frame.columns) == ["code", "topic_th", "9901", "9902", "9903", "spread_points"]
    assert frame["spread_points"].is_monotonic_decreasing
    row = frame.iloc[0]
    assert row["spread_points"] == max(row[["9901", "9902", "9903"]]) - min(row[["9901", "9902", "9903"]])


def test_a_long_table_says_how_much_of_it_it_shows(everything):
    made = everything.choose(year=2567, scheme="demo").show()
    assert isinstance(made, Table) and len(made.rows) == 60
    assert "แสดง 60 จาก 4,550 แถว" in made.note


def test_made_up_scores_say_so_wherever_agencies_are_listed(everything):
    part = everything.choose(year=2567, scheme="demo")
    one = everything.choose("9901", 2567)
    asked = [part, part.rank(), part.find(), one, one.find(), one.compare(2566), one.compare(with_peers=True)]
    asked += [one.compare(with_agencies="9902"), *(one.draw(kind) for kind in ("profile", "trend", "peers", "items"))]
    for made in asked:
        assert made.show().note.count("ข้อมูลสมมติ") == 1
    assert "ข้อมูลสมมติ" in text_of(everything.choose("9903", 2567).find(below=1).show().paragraphs[-1])
    mixed = everything.choose(["1028", "9901"], 2566).show()
    marked = [row.cells[0].text for row in mixed.rows if "ข้อมูลสมมติ" in row.cells[0].text]
    assert marked and all("9901" in name for name in marked)


def test_what_has_no_picture_gets_a_sentence_and_what_to_do(everything, sathon):
    for shown in (sathon.draw("peers").show(), sathon.draw("trend").show()):
        assert isinstance(shown, Text) and shown.title and shown.paragraphs


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda all_: all_.choose("สาธร"), UnknownNameError, r"สำนักงานเขตสาทร \(1028\)"),
        (lambda all_: all_.choose("9901", 2560), UnknownNameError, "2564 2565 2566 2567"),
        (lambda all_: all_.choose(year=2570), UnknownNameError, "2566 2567 2568"),
        (lambda all_: all_.choose(year=2023), UsageError, "2566"),
        (lambda all_: all_.choose(scheme="natonal"), UnknownNameError, "ใกล้เคียง: national"),
        (lambda all_: all_.choose("9901", 2567, code="E99"), UnknownNameError, "ใกล้เคียง: E9"),
        (lambda all_: all_.choose("9901", 2567, scheme="national"), UnknownNameError, "ไม่มีคะแนนในส่วนที่เลือกไว้"),
        (lambda all_: all_.choose("9901", 2567).draw("trnd"), UnknownNameError, "ใกล้เคียง: trend"),
        (lambda all_: all_.choose("9901", 2567).draw(code="Z1"), UnknownNameError, "รหัสที่มีคะแนน"),
        (lambda all_: all_.choose("9901", 2567).rank("Z1"), UnknownNameError, "รหัสที่มีคะแนน"),
        (lambda all_: all_.choose("9901").draw(), UsageError, "2564 2565 2566 2567"),
        (lambda all_: all_.draw(), UsageError, "ยังไม่ได้เลือกหน่วยงาน"),
        (lambda all_: all_.choose(["9901", "9902"], 2567).draw(), UsageError, "2 แห่ง"),
        (lambda all_: all_.choose("9901", 2567).find(below=0), UsageError, "เส้น 0"),
        (lambda all_: all_.choose("9901", 2567).compare(), UsageError, "with_peers"),
        (lambda all_: all_.choose("9901", 2567).compare(2566, with_peers=True), UsageError, "หนึ่งอย่าง"),
        (lambda all_: all_.choose("9901", 2567).compare(2565), UsageError, "2566"),
        (lambda all_: all_.choose("1028", 2566).compare(with_peers=True), UnknownNameError, "น้อยกว่า 10 แห่ง"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(everything, ask, error, said):
    with pytest.raises(error, match=said):
        ask(everything)


@pytest.mark.parametrize(
    "ask",
    [
        lambda all_: all_.rank(),
        lambda all_: all_.choose(year=2566).rank(),
        lambda all_: all_.choose(scheme="demo").rank(),
        lambda all_: all_.find(),
        lambda all_: all_.choose(year=2566).find(),
        lambda all_: all_.choose("1028", 2566).compare(with_agencies="9901"),
    ],
)
def test_schemes_in_one_comparison_are_refused_with_the_reason(everything, ask):
    with pytest.raises(InputError, match="ต่างกรอบใช้รหัสเดียวกันเรียกเรื่องที่ต่างกัน"):
        ask(everything)


def test_a_year_of_another_scheme_is_not_the_year_before(tmp_path):
    write_scores(
        tmp_path / "two.csv",
        [
            row("I1", "80.00"),
            row("I1", "90.00", fiscal_year_be="2565", framework="national-2565"),
        ],
    )
    with pytest.raises(InputError, match="คนละชุดประเมิน"):
        ita.load(str(tmp_path / "two.csv")).choose("1028", 2566).compare(with_year=2565)


def test_a_fault_of_a_file_is_told_when_its_agency_is_chosen(tmp_path):
    write_scores(
        tmp_path / "bad.csv",
        [
            row("I1", "101"),
            row("I1", "80.00", agency_code="1027", agency_name_th=""),
        ],
    )
    scores = ita.load(str(tmp_path / "bad.csv"))
    assert "1 จุด" in scores.show().note
    with pytest.raises(ScoreFileError):
        scores.choose("1028")
    assert len(scores.choose("1027").frame) == 1


def test_an_empty_folder_has_nothing_to_choose(tmp_path):
    scores = ita.load(str(tmp_path))
    assert scores.frame.empty and isinstance(scores.frame, pd.DataFrame)
    with pytest.raises(InputError):
        scores.choose("1028")


def test_a_notebook_shows_the_sentence_of_an_error_and_none_of_our_code():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shown = []
    shell._showtraceback = lambda kind, error, lines: shown.extend(lines)
    shell.run_cell("import ita_analysis as ita; ita.load().choose('สาธร')")
    assert shown[0] == "ไม่พบหน่วยงาน 'สาธร' ในคะแนนที่ให้"
    assert not [line for line in shown if "File" in line or "raise" in line]
