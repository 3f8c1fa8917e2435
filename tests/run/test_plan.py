"""A plan says per agency what will happen and why; each thing that a pack depends on makes the right ones stale, alone."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import pytest
from score_files import made_up, row, write_scores
from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.errors import InputError, ScoreFileError, UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.run import asked, ingredients, pack, plan, state, wanted
from ita_analysis.run.tasks import NOTEBOOK, Options

CODES = [str(code) for code in range(9901, 9913)]  # enough for peers


class Inline(Executor):
    """Counts in this process: no start of another for every plan."""

    def __init__(self, *given, **named):
        pass

    def submit(self, work, *given):
        done: Future = Future()
        try:
            done.set_result(json.loads(json.dumps(work(*given))))
        except Exception as error:
            done.set_exception(error)
        return done


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.setattr(wanted, "ProcessPoolExecutor", Inline)
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))


def made_up_scores(path, codes=CODES, **changed):
    """Write twelve made-up agencies with two items in two years; `changed` gives the I1 of an agency in 2567."""
    rows = []
    for place, code in enumerate(codes):
        for year in ("2566", "2567"):
            own = {"agency_code": code, "fiscal_year_be": year, "framework": f"demo-{year}", "respondents": "100"}
            first = changed.get(f"a{code}", f"{80 + place}.50") if year == "2567" else f"{70 + place}.25"
            rows += [made_up("I1", first, **own), made_up("I2", f"{85 + place}.00", **own)]
    return write_scores(path, rows)


@pytest.fixture
def demand(tmp_path):
    scores = made_up_scores(tmp_path / "scores" / "s.csv")
    return plan.Demand(Options(2567, scores=(scores.parent,)), tmp_path / "out")


def planned(demand):
    (only,) = plan.plan_all(demand)
    return only


def actions(demand):
    return {step.agency_code: (step.action, step.why) for step in planned(demand).steps}


def make_all(demand):
    """Put packs in place that say they were made from what the plan says."""
    for step in planned(demand).of(plan.MAKE, plan.RETRY):
        manifest = {
            "agency_code": step.agency_code,
            "framework": step.task.subject.framework,
            "is_synthetic": step.task.subject.is_synthetic,
            "cache_key": ingredients.cache_key(step.parts),
            "key_parts": dict(step.parts),
        }
        files = {name: step.agency_code.encode() for name in Options(2567).files if name != pack.MANIFEST}
        pack.publish(step.task.run, step.agency_code, files, manifest, 0.0)


def only(stale, reason):
    """Return what is planned where just `stale` are made again, for `reason`."""
    return {code: (plan.MAKE, reason) if code in stale else (plan.SKIP, ()) for code in CODES}


def test_at_first_everything_is_missing_and_then_nothing_is(demand):
    assert actions(demand) == only(CODES, ("missing",))
    make_all(demand)
    assert actions(demand) == only([], ())
    planned(demand).state.save(10**19)
    assert actions(demand) == only([], ())


def test_scores_of_one_make_it_stale_and_its_peers_by_their_figures(demand, tmp_path):
    make_all(demand)
    made_up_scores(tmp_path / "scores" / "s.csv", a9905="61.00")
    found = actions(demand)
    assert found.pop("9905") == (plan.MAKE, ("scores", "peers"))
    assert set(found.values()) == {(plan.MAKE, ("peers",))}


def test_without_peers_only_the_one_with_other_scores_is_stale(demand, tmp_path):
    few = CODES[:5]
    made_up_scores(tmp_path / "scores" / "s.csv", few)
    make_all(demand)
    made_up_scores(tmp_path / "scores" / "s.csv", few, a9905="61.00")
    assert actions(demand) == {code: (plan.MAKE, ("scores",)) if code == "9905" else (plan.SKIP, ()) for code in few}


def test_rules_make_all_of_their_scheme_stale(demand, tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    shipped = loader.SHIPPED_RULES / "demo-2567.toml"
    shutil.copy(shipped, folder)
    own = replace(demand, options=replace(demand.options, rules=(folder,)))
    make_all(own)
    assert actions(own) == only([], ())
    (folder / "demo-2567.toml").write_bytes(shipped.read_bytes() + b"\n# another\n")
    assert actions(own) == only(CODES, ("rules",))


def test_what_is_said_of_a_file_makes_those_stale_that_use_it(demand, tmp_path):
    make_all(demand)
    said = "file,document_th,document_date,says_not_th\ns.csv,เอกสาร,,\n"
    (tmp_path / "scores" / "sources.csv").write_text(said, encoding="utf-8")
    assert actions(demand) == only(CODES, ("grounds",))


def test_another_notebook_makes_all_stale(demand, tmp_path, monkeypatch):
    make_all(demand)
    (tmp_path / "notebooks").mkdir()
    shutil.copytree(places.notebooks_folder(), tmp_path / "notebooks", dirs_exist_ok=True)
    write_notebook(tmp_path / "notebooks" / NOTEBOOK, "1 + 1", parameters='agency: str = ""')
    monkeypatch.setattr(places, "notebooks_folder", lambda: tmp_path / "notebooks")
    assert actions(demand) == only(CODES, ("notebook",))


def test_another_version_of_the_package_makes_all_stale(demand, monkeypatch):
    make_all(demand)
    monkeypatch.setattr(ingredients, "package_digest", lambda: "another")
    assert actions(demand) == only(CODES, ("package",))


@pytest.mark.parametrize("change", [{"line": 85.0}, {"as_of": "2024-04-01"}, {"with_source": True}])
def test_other_parameters_make_all_stale(demand, change):
    make_all(demand)
    assert actions(replace(demand, options=replace(demand.options, **change))) == only(CODES, ("parameters",))


def test_the_same_scores_from_another_folder_are_the_same(demand, tmp_path):
    make_all(demand)
    shutil.copytree(tmp_path / "scores", tmp_path / "copy")
    elsewhere = replace(demand, options=replace(demand.options, scores=(tmp_path / "copy",)))
    assert actions(elsewhere) == only([], ())


def test_a_missing_and_a_damaged_pack_are_made_again(demand):
    make_all(demand)
    planned(demand).state.save(10**19)
    run = planned(demand).run
    shutil.rmtree(run / "9901")
    (run / "9902" / "brief.pdf").write_bytes(b"9903")
    (run / "9903" / "annex.xlsx").unlink()
    (run / "9904" / "stray").write_bytes(b"")
    shutil.rmtree(run / "9905")
    shutil.copytree(run / "9906", run / "9905")
    found = actions(demand)
    assert found["9901"] == (plan.MAKE, ("missing",))
    assert {found[code] for code in ("9902", "9903", "9904", "9905")} == {(plan.MAKE, ("damaged",))}
    assert sum(action == plan.SKIP for action, _ in found.values()) == len(CODES) - 5


def test_what_differs_in_time_alone_is_looked_at_and_believed(demand):
    make_all(demand)
    planned(demand).state.save(10**19)
    os.utime(planned(demand).run / "9901" / "brief.pdf", (1, 1))
    assert actions(demand) == only([], ())


def test_a_change_that_keeps_size_and_time_is_found_by_verify(demand):
    make_all(demand)
    path = planned(demand).run / "9901" / "brief.pdf"
    planned(demand).state.save(10**19)
    moment = path.stat()
    path.write_bytes(b"1099")
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert actions(demand)["9901"] == (plan.SKIP, ())
    assert actions(replace(demand, verify=True))["9901"] == (plan.MAKE, ("damaged",))


def test_failed_ones_are_tried_again_and_with_retry_failed_they_alone(demand, tmp_path):
    make_all(demand)
    made_up_scores(tmp_path / "scores" / "s.csv", a9905="61.00")
    pack.publish_failure(planned(demand).run, "9901", {"reason.html": b""})
    assert actions(demand)["9901"] == (plan.RETRY, ("failed", "peers"))
    found = actions(replace(demand, retry_failed=True))
    assert found["9901"] == (plan.RETRY, ("failed", "peers"))
    assert {found[code] for code in CODES[1:] if code != "9905"} == {(plan.LEAVE, ("peers",))}


def test_a_pack_that_is_left_says_how_many_agencies_changed_its_peer_figures(demand, tmp_path):
    make_all(demand)
    made_up_scores(tmp_path / "scores" / "s.csv", a9905="61.00")
    pack.publish_failure(planned(demand).run, "9901", {"reason.html": b""})
    found = planned(replace(demand, retry_failed=True))
    said = {step.agency_code: plan.stale_th(found, step) for step in found.of(plan.LEAVE)}
    assert said["9902"] == "ตัวเลขเปรียบเทียบของ 2 หน่วยงานเปลี่ยน"
    assert said["9905"].startswith("คะแนนของหน่วยงานเปลี่ยน · ")


def test_what_was_seen_of_others_is_kept_where_only_some_are_asked_for(demand, monkeypatch):
    make_all(demand)
    planned(demand).state.save(10**19)
    planned(replace(demand, agencies=("9901",))).state.save(10**19)
    monkeypatch.setattr(state, "look", lambda folder: pytest.fail(f"{folder.name} was read again"))
    assert actions(demand) == only([], ())


def test_a_failure_beside_a_pack_that_is_as_wanted_again_is_over(demand):
    make_all(demand)
    pack.publish_failure(planned(demand).run, "9901", {"reason.html": b""})
    assert actions(demand) == only([], ())


def test_force_makes_all(demand):
    make_all(demand)
    assert actions(replace(demand, force=True)) == only(CODES, ("forced",))


def test_broken_rows_refuse_their_agency_alone(demand, tmp_path):
    made_up_scores(tmp_path / "scores" / "s.csv", a9905="x")
    found = planned(demand)
    (step,) = found.of(plan.REFUSE)
    assert (step.agency_code, step.why, [problem.column for problem in step.problems]) == (
        "9905",
        ("refused",),
        ["score"],
    )
    assert len(found.of(plan.MAKE)) == len(CODES) - 1


def test_a_file_that_is_broken_as_a_whole_stops_the_plan_with_every_problem(demand, tmp_path):
    made_up_scores(tmp_path / "scores" / "s.csv", a9905="x")
    (tmp_path / "scores" / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ScoreFileError) as caught:
        planned(demand)
    assert {problem.code for problem in caught.value.problems} >= {"header", "score-form"}
    assert not (tmp_path / "out").exists()


def test_real_and_made_up_scores_and_two_schemes_never_share_a_run(tmp_path):
    national = {"agency_code": "P041", "agency_name_th": "เมืองพัทยา", "framework": "national-2566"}
    rows = [row("I1"), row("total", **national), made_up("I1")]
    scores = write_scores(tmp_path / "s.csv", rows)
    demand = plan.Demand(Options(2566, scores=(scores,)), tmp_path / "out")
    found = [(one.run.name, one.framework, [step.agency_code for step in one.steps]) for one in plan.plan_all(demand)]
    assert found == [
        ("brief-2566", "bangkok-district-2566", ["1028"]),
        ("brief-2566-national", "national-2566", ["P041"]),
        ("brief-2566-demo", "demo-2566", ["9901"]),
    ]
    with pytest.raises(UsageError, match="หลายชุดประเมิน"):
        plan.plan_all(replace(demand, run="all"))
    (one,) = plan.plan_all(replace(demand, run="all", agencies=("เมืองพัทยา",)))
    assert (one.run.name, [step.agency_code for step in one.steps]) == ("all", ["P041"])


def test_agencies_are_asked_for_by_code_name_or_alias_and_unknown_ones_told_at_once(tmp_path):
    scores = write_scores(tmp_path / "s.csv", [row("I1")])
    demand = plan.Demand(Options(2566, scores=(scores,)), tmp_path / "out", agencies=("สาทร", "1001"))
    found = planned(demand)
    assert {step.agency_code: step.action for step in found.steps} == {"1028": plan.MAKE, "1001": plan.REFUSE}
    assert "2566" in found.of(plan.REFUSE)[0].problems[0].found
    with pytest.raises(UnknownNameError) as caught:
        planned(replace(demand, agencies=("1028", "สาธร", "4711")))
    assert [problem.agency_code for problem in caught.value.problems] == ["สาธร", "4711"]
    assert "สาทร" in caught.value.problems[0].fix


def test_a_list_of_agencies_is_taken_from_the_option_or_a_file(tmp_path):
    assert asked.read_agencies("1001, 1028,,1001") == ("1001", "1028")
    path = tmp_path / "list.txt"
    path.write_text("\ufeffagency_code,name\n1001,x\r\n# a note\n\n1028\n", encoding="utf-8")
    assert asked.read_agencies(str(path)) == ("1001", "1028")
    for bad in (str(tmp_path / "none.txt"), ","):
        with pytest.raises(InputError):
            asked.read_agencies(bad)


def test_a_year_without_scores_is_said(demand):
    with pytest.raises(UnknownNameError, match="2560"):
        planned(replace(demand, options=replace(demand.options, fiscal_year_be=2560)))


def test_the_estimate_comes_from_earlier_manifests(demand):
    assert planned(demand).seconds(2) is None
    make_all(demand)
    for path in planned(demand).run.glob("*/manifest.json"):
        path.write_text(
            path.read_text(encoding="utf-8").replace('"seconds": ', '"seconds": 3, "s": '), encoding="utf-8"
        )
    assert planned(replace(demand, force=True)).seconds(2) == 3.0 * len(CODES) / 2


def test_the_record_names_action_reason_and_files(demand):
    record = plan.as_record(planned(demand), 2)
    assert record["counts"][plan.MAKE] == len(CODES) and record["is_synthetic"]
    first = record["agencies"][0]
    assert (first["agency_code"], first["action"], first["why"]) == ("9901", "make", ["missing"])
    assert first["files"] == [f"9901/{name}" for name in Options(2567).files] and first["why_th"]


def test_a_plan_is_counted_once_for_the_same_input(demand, monkeypatch):
    planned(demand)
    monkeypatch.setattr(wanted, "count", lambda options: pytest.fail("counted again"))
    planned(demand)
    (notes,) = (Path(os.environ["ITA_CACHE"]) / "wanted").iterdir()
    notes.write_text("{", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception):
        planned(demand)
