"""The exploring notebook without a browser: picks, the views that follow them, and what goes wrong."""

import json
import sys

import ipywidgets as widgets
import pytest
from commands import PROJECT

from ita_analysis.brief.blocks import MIME, Table, Text, from_data
from ita_analysis.errors import UnknownNameError
from ita_analysis.lab import desk, explore, jobs, screen, views
from ita_analysis.lab.explore import open_explore
from ita_analysis.lab.pickers import Pickers
from ita_analysis.lab.what_if import raised, what_if
from ita_analysis.run.notebook import run_notebook
from ita_analysis.scores import synthetic

NOTEBOOK = PROJECT / "notebooks" / "explore.ipynb"
VIEWS = ("cover", "profile", "trend", "findings", "peers", "items", "what_if", "every_item")


class Handle:
    """What display returns: remembers what it was told to show."""

    def __init__(self, block):
        self.block = block

    def update(self, block):
        self.block = block


@pytest.fixture
def room(monkeypatch):
    """An exploring notebook with all its views on a screen that remembers."""
    monkeypatch.setattr(screen, "display", lambda thing, **_: Handle(thing))
    room = open_explore("9901", 2567)
    for name in VIEWS:
        getattr(room, name)()
    return room


@pytest.fixture
def pickers(room):
    return Pickers(room)


def seen(room, name):
    return room.screen.shown[name].block


def text_of(block):
    return json.dumps(block.model_dump(mode="json"), ensure_ascii=False)


def test_another_agency_changes_every_view_of_it(room):
    before = {name: text_of(seen(room, name)) for name in VIEWS}
    room.change(agency="9902")
    assert [name for name in VIEWS if text_of(seen(room, name)) == before[name]] == []


def test_a_picked_item_is_marked_in_every_view_of_items(room):
    before = {name: text_of(seen(room, name)) for name in VIEWS}
    room.change(item="e9")
    assert room.picked.item == "E9"
    for name in ("profile", "trend", "findings", "peers", "items", "every_item"):
        assert text_of(seen(room, name)) != before[name], name
    assert "› E9" in text_of(seen(room, "findings"))
    assert "› E9" in text_of(seen(room, "every_item"))
    assert seen(room, "trend").title.startswith("E9 ")


def test_nothing_picked_shows_what_the_brief_shows(room):
    from ita_analysis.brief.district import open_brief

    brief = open_brief("9901", 2567)
    assert seen(room, "findings") == brief.findings()
    assert seen(room, "profile") == brief.main_chart()
    assert seen(room, "peers") == brief.peers_chart()
    assert seen(room, "cover") == brief.cover()


def test_another_agency_keeps_the_year_where_it_has_it_else_shows_its_latest(room):
    room.change(year=2565)
    room.change(agency="9902")
    assert room.picked.year == 2565
    room.change(agency="1028")
    assert room.picked.year == 2566


def test_what_the_new_scores_do_not_hold_is_picked_no_more(room):
    room.change(item="O22", instrument="OIT", raised=("O22", "E9"))
    room.change(agency="1028")
    assert (room.picked.item, room.picked.instrument, room.picked.raised) == ("", "", ("E9",))


def test_an_instrument_shows_its_own_items_and_calls_no_other_unknown(room):
    room.change(instrument="EIT")
    for name in ("findings", "every_item"):
        codes = [row.cells[0].text for row in seen(room, name).rows if not row.group]
        assert codes and not [code for code in codes if code[0] in "IO" and code[1:].isdigit()]
    room.change(agency="1028", year=2566, instrument="IIT")
    every = text_of(seen(room, "every_item"))
    assert "E12" not in every and "ไม่ทราบคะแนน" in every


def test_the_dots_of_items_are_not_shown_twice(room):
    room.change(agency="1028")
    assert seen(room, "profile").kind == "chart" and seen(room, "items") == Text()
    room.change(instrument="EIT")
    assert seen(room, "items").kind == "chart"


def test_a_pick_that_is_not_there_is_told_and_changes_nothing(room, pickers):
    before = room.picked
    pickers.item.value = "E99 ไม่มี"
    assert "ใกล้เคียง: E9" in pickers.message.value
    assert room.picked == before
    pickers.item.value = "E9"
    assert pickers.message.value == "" and room.picked.item == "E9"


def test_a_fault_in_a_callback_is_told(room, pickers, monkeypatch):
    monkeypatch.setattr(room, "change", lambda **_: 1 / 0)
    pickers.line.value = 80.0
    assert "ZeroDivisionError" in pickers.message.value


def test_the_pickers_follow_a_pick_made_elsewhere_without_picking_again(room, pickers):
    room.change(agency="1028")
    assert [value for _, value in pickers.year.options] == [2566]
    assert "1028" in pickers.now.value
    room.change(agency="9901", year=2567, item="E9", line=85.0)
    assert pickers.year.value == 2567 and pickers.item.value.startswith("E9 ") and pickers.line.value == 85.0
    assert room.picked.item == "E9"


def test_a_search_shows_at_most_thirty_agencies_as_buttons(pickers):
    pickers.search.value = "สมมติ"
    assert len(pickers.hits.children) == 30 and "พบ 49 แห่ง" in pickers.count.value
    pickers.search.value = "สาทร"
    assert [button.description for button in pickers.hits.children] == ["สำนักงานเขตสาทร (1028)"]
    pickers.hits.children[0].click()
    assert pickers.room.picked.agency == "1028"
    pickers.search.value = "สาธร"
    assert "ไม่พบ" in pickers.count.value and len(pickers.hits.children) == 1
    pickers.search.value = "  "
    assert not pickers.hits.children and not pickers.count.value


def test_what_a_search_is_given_is_never_markup(pickers):
    pickers.search.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in pickers.count.value
    pickers.item.value = "<b>E9</b>"
    assert "<b>" not in pickers.message.value


def test_only_kinds_of_pickers_that_take_keys(pickers):
    allowed = (
        *(widgets.Text, widgets.Combobox, widgets.ToggleButtons, widgets.BoundedFloatText),
        *(widgets.HBox, widgets.HTML),
    )
    assert all(type(part) in allowed for part in pickers.box.children)
    assert len(pickers.item.options) <= 100  # short lists alone: agencies stand in none


def test_what_rises_weighs_as_the_framework_says(room):
    table = raised(room.facts, ["E9", "E12"], 90.0)
    for code, score, gain in zip(table["code"], table["score"], table["points_to_target"], strict=True):
        assert gain == pytest.approx(float(room.facts.points[code]) * (90.0 - score))
    made = what_if(room.facts, ["E9", "E12"], 90.0)
    assert isinstance(made, Table) and "ไม่ใช่ปุ่มที่หมุนได้" in made.note
    assert f"{room.facts.total + table['points_to_target'].sum():.2f}" in made.title


def test_what_rises_without_known_weights_says_that_it_is_not_known(room):
    room.change(agency="1028", raised=("E12",))
    assert "ไม่ทราบ" in seen(room, "what_if").title
    with pytest.raises(UnknownNameError):
        raised(room.facts, ["E99"], 90.0)
    assert isinstance(what_if(room.facts, [], 90.0), Text)


def test_the_notebook_run_from_top_to_bottom_shows_the_views_and_its_page_no_widget(room):
    from ita_analysis.export.document import read_document
    from ita_analysis.export.html import render

    done = run_notebook(NOTEBOOK, {"agency": "9901", "fiscal_year_be": 2567})
    assert done.failure is None
    shown = [
        from_data(output["data"][MIME])
        for cell in done.notebook["cells"]
        if "not-in-brief" not in cell["metadata"].get("tags", ())
        for output in cell.get("outputs", ())
    ]
    assert shown == [seen(room, name) for name in VIEWS]
    page = render(read_document(done.notebook))
    assert "VBox" not in page and "widget" not in page and page.count("<figure") >= 4


def test_a_topic_is_followed_under_the_code_that_it_had():
    facts = open_explore("9901", 2567).facts
    rows = facts.complete.set_index(["fiscal_year_be", "code"])["score"]
    made = views.trend(facts, "I8")  # I7 in 2565, before another item took that place
    assert facts.all_links[2566]["I8"][:2] == ("I7", "renumbered")
    assert f"I8 {facts.topic_th('I8')[:6]}" in made.alt and f"2565: {rows[2565, 'I7']:.2f}" in made.alt
    assert "I8 ปี 2566: ข้อเดิม ปีก่อนคือ I7" in made.note


def test_a_new_topic_begins_in_its_year():
    facts = open_explore("9901", 2567).facts
    assert facts.all_links[2566]["I7"][1] == "new" and "I7" in set(facts.scores.query("fiscal_year_be == 2565")["code"])
    own = views.trend(facts, "I7").alt.split(")")[0]
    assert "2566: " in own and "2565: " not in own


def test_a_brief_is_made_beside_the_notebook(tmp_path):
    facts = open_explore("1028", 2566).facts
    steps, ends = [], []
    jobs.start(jobs.brief_command(facts, "", "", tmp_path), steps.append, ends.append).join(120)
    assert steps[0] == "อ่านคะแนน" and len(steps) == jobs.STEPS - 1
    assert ends[0].error == "" and (tmp_path / "lab-bangkok-district-2566" / "1028" / "brief.html") in ends[0].files
    assert all(file.is_file() for file in ends[0].files)


def test_a_brief_that_could_not_be_made_says_why(tmp_path):
    facts = open_explore("1028", 2566).facts
    command = [*jobs.brief_command(facts, "", "", tmp_path), "--year", "2560"]
    ends = []
    jobs.start(command, lambda _: None, ends.append).join(60)
    assert ends[0].files == () and "2560" in ends[0].error


def test_a_job_that_can_not_even_start_is_told():
    ends = []
    jobs.start([sys.executable + "-not-there"], lambda _: None, ends.append).join(60)
    assert ends[0].error and not ends[0].files


def test_the_desk_lays_out_a_copy_once_and_never_overwrites_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(desk, "desk_folder", lambda: tmp_path / "lab")
    copy = desk.lay_out()
    assert copy.read_bytes() == NOTEBOOK.read_bytes()
    capsys.readouterr()
    copy.write_text(copy.read_text(encoding="utf-8").replace("2567", "2566"), encoding="utf-8")
    assert "2566" in desk.lay_out().read_text(encoding="utf-8")
    assert "ต่างจากฉบับที่มากับชุดงาน" in capsys.readouterr().err


def test_the_desk_opens_the_copy_with_the_project_as_root(tmp_path):
    given = desk.options(PROJECT / "outputs" / "lab" / "explore.ipynb", ["--no-browser"])
    assert f"--ServerApp.root_dir={PROJECT}" in given
    assert "--LabApp.default_url=/lab/tree/outputs/lab/explore.ipynb" in given
    assert given[-1] == "--no-browser"


def test_groups_of_a_large_set_are_counted_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "MANY", 10)
    monkeypatch.setattr(explore, "MANY", 10)
    agencies = synthetic.agency_codes(60)
    synthetic.write(tmp_path / "scores.csv", agencies, [2566, 2567], seed=7)
    room = open_explore(agencies[0], 2567, scores=str(tmp_path))
    assert room.uncounted(year=2566) == "demo-2566" and room.uncounted() == ""
    assert room.uncounted(year=2560) == ""
    beside = jobs.count_groups(room.source, str(tmp_path), "")
    assert beside is not None and beside.wait(60) == 0
    assert room.uncounted(year=2566) == ""
    assert jobs.count_groups(room.source, str(tmp_path), "") is None


def test_a_small_set_starts_no_other_process(room, monkeypatch):
    monkeypatch.setattr(jobs.subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    assert jobs.count_groups(room.source, "", "") is None
