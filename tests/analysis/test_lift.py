"""What lifts the total: the answer of exhaustive search, every kind of answer, and a sentence for a bad question."""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import pandas as pd
import pytest
from tiny_scores import framework, scores

from ita_analysis.analysis import cheapest
from ita_analysis.analysis.cheapest import cheapest_sets, quiet_stdout
from ita_analysis.analysis.leaves import UNKNOWN_ITEMS, leaves_of, peer_targets
from ita_analysis.analysis.lift import AlreadyThere, NotReachable, Reached, Unanswerable, what_lifts
from ita_analysis.errors import InputError
from ita_analysis.framework import loader
from ita_analysis.framework.model import Level, Pass
from ita_analysis.framework.weights import points_of_total

FACT = {"source": "test", "confidence": "verified"}
ITEMS = {"I1": "1", "I2": "1", "I3": "2", "E1": "6", "O1": "9", "O2": "9"}
INDICATORS = {"1": "IIT", "2": "IIT", "6": "EIT", "9": "OIT"}
LEVELS = [("best", 95, 95), ("good", 85, 85), ("pass", 85, None), ("low", 0, None)]


def ruled(items=ITEMS, indicators=INDICATORS, *, levels=LEVELS, line=85.0, **more):
    """Return tiny rules with levels (name, least total, least of every instrument) and a pass line."""
    made = tuple(
        Level(name_th=name, min_total=float(total), min_instrument=None if least is None else float(least), **FACT)
        for name, total, least in levels
    )
    passing = None if line is None else Pass(score=line, **FACT)
    return framework(items, indicators=indicators, **more).model_copy(update={"levels": made, "pass_line": passing})


def answers(given, rules=None, **more):
    found = what_lifts(scores(given), ruled() if rules is None else rules, **more)
    return found.answers["next_level"], found.answers["pass_line"]


# --- by hand


def test_one_missing_document_is_the_cheapest_way_and_the_total_is_counted_to_the_fraction():
    # OIT 50, one document is worth 0.4 / 2 of the total: 0.2 · 100 = 20 points for an effort of 1
    level, line = answers(dict.fromkeys(ITEMS, 90.0) | {"O1": 0.0, "O2": 100.0})
    assert isinstance(line, Reached) and isinstance(level, Reached)
    (best, *others) = line.sets
    assert (best.codes, best.effort, best.gain, best.total) == (("O1",), 1, Fraction(20), Fraction(94))
    assert best.instruments == {"IIT": Fraction(90), "EIT": Fraction(90), "OIT": Fraction(100)}
    assert all("O1" not in other.codes for other in others)
    assert level.goal.name_th == "pass"


def test_from_2567_every_instrument_counts_so_the_total_alone_does_not_reach_the_level():
    given = {"I1": 95.0, "I2": 95.0, "I3": 95.0, "E1": 80.0, "O1": 100.0, "O2": 100.0}  # total 92.5: pass
    level, line = answers(given)
    assert isinstance(line, AlreadyThere)
    assert isinstance(level, Reached) and level.goal.name_th == "good"
    assert level.sets[0].codes == ("E1",) and level.sets[0].instruments["EIT"] == 95


def test_without_that_rule_the_total_decides():
    levels = [("A", 95, None), ("B", 0, None)]
    level, _ = answers(dict.fromkeys(ITEMS, 90.0) | {"O1": 100.0, "O2": 100.0}, ruled(levels=levels))
    assert isinstance(level, Reached)  # 94: one point more; E1 adds 1.5 alone, the others 0.375 and 0.75
    assert level.sets[0].codes == ("E1",)


def test_ties_go_to_the_earlier_code():
    given = {"I1": 0.0, "I2": 0.0, "I3": 100.0, "E1": 100.0, "O1": 0.0, "O2": 0.0}
    _, line = answers(given, ruled(line=60.0))
    assert isinstance(line, Reached) and line.sets[0].codes == ("O1",)
    assert [one.codes for one in line.sets[:2]] == [("O1",), ("O2",)]


def test_other_sets_are_at_most_two_and_hold_none_before_them_whole():
    _, line = answers(dict.fromkeys(ITEMS, 80.0))
    assert isinstance(line, Reached) and 1 < len(line.sets) <= 3
    for one, other in itertools.combinations(line.sets, 2):
        assert not set(one.codes) <= set(other.codes)
        assert one.effort <= other.effort


def test_published_figures_are_the_base_and_are_not_replaced():
    given = dict.fromkeys(ITEMS, 90.0) | {"total": 84.0, "IIT": 90.0, "EIT": 90.0, "OIT": 90.0}
    _, line = answers(given)
    assert isinstance(line, Reached) and line.sets[0].total == 84 + line.sets[0].gain


def test_printed_figures_that_were_rounded_up_never_lead_past_100():
    rules = ruled({"I1": "1", "E1": "6", "O1": "9", "O2": "9", "O3": "9"}, {"1": "IIT", "6": "EIT", "9": "OIT"})
    given = {"I1": 100.0, "E1": 100.0, "O1": 0.0, "O2": 100.0, "O3": 100.0, "OIT": 66.67, "total": 86.67}
    level, _ = answers(given, rules)
    assert isinstance(level, Reached)
    assert level.sets[0].instruments["OIT"] == 100 and level.sets[0].total == 100


# --- answers that are no set


def test_the_highest_level_is_already_there():
    level, line = answers(dict.fromkeys(ITEMS, 97.0))
    assert level == AlreadyThere(level.goal) and level.goal.name_th == "best"
    assert isinstance(line, AlreadyThere)


def test_what_is_not_reachable_says_the_total_with_all_raised_and_which_instrument_blocks():
    given = {"I1": 95.0, "I2": 95.0, "I3": 95.0, "E1": 80.0, "O1": 100.0, "O2": 100.0}
    level, _ = answers(given, targets={"E1": 84.0})
    assert isinstance(level, NotReachable)
    assert (level.total, level.missing) == (Fraction("93.7"), 0)
    assert level.blocking == {"EIT": 1}


def test_a_total_that_stays_short_says_by_how_much():
    given = dict.fromkeys(ITEMS, 50.0)
    _, line = answers(given, targets=dict.fromkeys(ITEMS, 60.0))
    assert isinstance(line, NotReachable)
    assert (line.total, line.missing, line.blocking) == (60, 25, {})


def test_a_leaf_without_a_score_makes_it_unanswerable_unless_its_instrument_is_published():
    given = {"I1": 80.0, "I2": 80.0, "I3": 80.0, "O1": 0.0, "O2": 100.0}
    level, line = answers({**given, "total": 70.0})
    assert level == Unanswerable("next_level", "leaves", ("E1",), level.goal)
    assert line == Unanswerable("pass_line", "leaves", ("E1",), line.goal)
    level, line = answers({**given, "total": 70.0, "EIT": 82.0})
    assert isinstance(line, Reached) and "E1" not in line.sets[0].codes
    assert isinstance(level, Reached)


def test_an_instrument_whose_leaves_have_no_score_can_only_block():
    given = {"IIT": 82.0, "EIT": 95.0, "OIT": 100.0, "total": 93.1, "E1": 95.0, "O1": 100.0, "O2": 100.0}
    found = what_lifts(scores(given), ruled())
    level = found.answers["next_level"]
    assert isinstance(level, NotReachable) and level.blocking == {"IIT": 3}
    assert found.without_score == ("I1", "I2", "I3")


def test_without_rules_levels_pass_line_weights_or_total_it_says_which():
    given = dict.fromkeys(ITEMS, 80.0)
    assert [one.reason for one in what_lifts(scores(given), None).answers.values()] == ["no_rules", "no_rules"]
    bare = ruled(levels=[], line=None)
    assert [one.reason for one in answers(given, bare)] == ["levels", "pass_line"]
    unweighted = ruled(weights={"IIT": None, "EIT": None, "OIT": None})
    assert [one.reason for one in answers({**given, "total": 80.0}, unweighted)] == ["weights", "weights"]
    assert answers({"I1": 80.0})[0].reason == "total"
    assert answers({"total": 96.0})[0] == Unanswerable("next_level", "instruments", ("IIT", "EIT", "OIT"))


def test_the_pass_line_is_reached_whatever_else_is_unknown():
    assert isinstance(answers({"total": 96.0})[1], AlreadyThere)


# --- leaves, targets, efforts


def test_a_leaf_costs_so_many_times_an_item_as_it_stands_for():
    rules = loader.load("national-2564")
    found = {leaf.code: leaf for leaf in leaves_of({}, rules)}
    assert sum(leaf.points for leaf in found.values()) == 1
    assert {leaf.effort for leaf in found.values() if leaf.kind == "documents"} == {1}
    survey = {leaf.code: (leaf.items, leaf.effort) for leaf in found.values() if leaf.kind == "survey"}
    listed = set(rules.item)
    assert {pair for code, pair in survey.items() if code in listed} == {(1, 3)}
    assert {pair for code, pair in survey.items() if code not in listed} == {(None, 3 * UNKNOWN_ITEMS)}


def test_targets_are_full_documents_and_the_peers_or_95_and_never_below_the_score():
    by_code = {"I1": Fraction(90), "I2": Fraction(99), "E1": Fraction(97), "O1": Fraction(0)}
    found = {leaf.code: (leaf.target, leaf.basis) for leaf in leaves_of(by_code, ruled(), peers={"I1": Fraction(93)})}
    assert found["I1"] == (93, "peers")
    assert found["I2"] == (99, "fixed") and found["E1"] == (97, "fixed")
    assert found["O1"] == (100, "documents")
    assert found["I3"] == (None, "unknown")
    alone = {leaf.code: leaf.target for leaf in leaves_of(by_code, ruled())}
    assert alone["I1"] == 95


def test_the_target_of_the_peers_is_their_90th_percentile_exactly():
    group = pd.concat(
        [scores(I1=80 + at, agency=str(9901 + at), E1=90.0 if at < 3 else float("nan")) for at in range(12)]
    )
    found = peer_targets(group, ruled(), fewest=10)
    assert found == {"I1": Fraction("89.9")}  # E1: three agencies are too few
    assert float(found["I1"]) == pytest.approx(group["score"][group["code"] == "I1"].quantile(0.9))


def test_what_a_user_rates_changes_the_choice():
    given = dict.fromkeys(ITEMS, 84.0) | {"O1": 84.0}
    first = answers(given)[1].sets[0].codes
    assert first == ("O1",)
    rated = answers(given, efforts={"O1": 5, "O2": 5, "E1": 1})[1].sets[0]
    assert rated.codes == ("E1",) and rated.effort == 1


def test_leaves_that_can_not_rise_are_in_no_set():
    found = answers(dict.fromkeys(ITEMS, 84.0), targets={"O1": 84.0})[1]
    assert all("O1" not in one.codes for one in found.sets)


# --- bad input


def test_every_fault_of_targets_and_efforts_is_told_at_once():
    rules = loader.load("national-2564")
    by_code = dict.fromkeys(points_of_total(rules).points, Fraction(90))
    del by_code["I5"]
    with pytest.raises(InputError) as refused:
        leaves_of(
            by_code,
            rules,
            targets={"I1": 80.0, "I2": 101.0, "I3": float("nan"), "I5": 95.0, "I99": 95.0},
            efforts={"O1": 6, "O2": 0, "O3": 2.5, "XX": 1},
        )
    told = [(problem.code, problem.found.split()[0]) for problem in refused.value.problems]
    assert told == [
        ("lift-target-low", "I1"),
        ("lift-target-range", "I2"),
        ("lift-target-range", "I3"),
        ("lift-no-score", "I5"),
        ("lift-unknown-code", "I99"),
        ("lift-effort", "O1"),
        ("lift-effort", "O2"),
        ("lift-effort", "O3"),
        ("lift-unknown-code", "XX"),
    ]
    assert all(problem.fix and problem.expected for problem in refused.value.problems)


def test_an_item_below_a_leaf_leads_to_the_leaf():
    rules = ruled(listed="partial")  # the list is not complete: the indicators are the leaves
    with pytest.raises(InputError) as refused:
        leaves_of({"1": Fraction(80)}, rules, targets={"I1": 90.0})
    assert "ใช้ 1 แทน" in refused.value.problems[0].fix


def test_mixed_schemes_years_kinds_and_agencies_are_refused():
    with pytest.raises(InputError, match="national-2567"):
        what_lifts(scores(I1=80.0, scheme="national"), ruled())
    with pytest.raises(InputError):
        what_lifts(pd.concat([scores(I1=80.0), scores(I1=80.0, year=2566)]), ruled())
    with pytest.raises(InputError, match="2 หน่วยงาน"):
        what_lifts(pd.concat([scores(I1=80.0), scores(I1=80.0, agency="9902")]), ruled())
    with pytest.raises(InputError, match="national-2567"):
        peer_targets(scores(I1=80.0, scheme="national"), ruled())
    with pytest.raises(InputError, match="ข้อมูลสมมติ"):
        peer_targets(pd.concat([scores(I1=80.0), scores(I1=80.0, is_synthetic=False)]), ruled())


# --- against exhaustive search, and exact on large ones


def sums(values):
    """Return the sum of every subset; bit `at` of its number says whether value `at` is in it."""
    found = [Fraction(0)]
    for value in values:
        found += [one + value for one in found]
    return found


def by_search(leaves, needs):
    """Return the best three sets by looking at every one."""
    gains, efforts = sums([leaf.gain for leaf in leaves]), sums([Fraction(leaf.effort) for leaf in leaves])
    parts = [(sums([leaf.gain if fits(leaf) else Fraction(0) for leaf in leaves]), need) for fits, need in needs]
    reached = [at for at in range(len(gains)) if all(part[at] >= need for part, need in parts)]
    members = {at: tuple(place for place in range(len(leaves)) if at >> place & 1) for at in reached}
    found = []
    for at in sorted(reached, key=lambda at: (efforts[at], -gains[at], members[at])):
        if len(found) < 3 and not any(set(one) <= set(members[at]) for one in found):
            found.append(members[at])
    return [tuple(leaves[place].code for place in one) for one in found]


def random_rules(draw):
    """Return rules of at most twelve leaves: items, sub-indicators or bare indicators under three instruments."""
    items = {}
    sub_indicators = {"9.1": "9", "9.2": "9"} if draw.random() < 0.5 else {}
    parents = {"1": "I", "2": "I", "6": "E", **dict.fromkeys(sub_indicators or ["9"], "O"), "10": "O"}
    for parent, letter in parents.items():
        for _ in range(draw.randint(0, 2)):
            items[f"{letter}{1 + sum(code[0] == letter for code in items)}"] = parent
    levels = [("up", 95, 95), ("next", 85, 85 if draw.random() < 0.5 else None), ("low", 0, None)]
    indicators = {"1": "IIT", "2": "IIT", "6": "EIT", "9": "OIT", "10": "OIT"}
    return ruled(items, indicators, sub_indicators=sub_indicators, levels=levels, line=draw.choice([80.0, 85.0, 90.0]))


def test_200_random_small_frameworks_give_what_exhaustive_search_gives():
    reached = 0
    for seed in range(200):
        draw = random.Random(seed)
        rules = random_rules(draw)
        codes = list(points_of_total(rules).points)
        steps = draw.choice([(70.0, 80.0, 90.0), tuple(round(draw.uniform(60, 99), 2) for _ in range(9))])
        given = {code: draw.choice(steps) for code in codes}
        efforts = {code: draw.randint(1, 5) for code in codes if draw.random() < 0.5}
        found = what_lifts(scores(given), rules, efforts=efforts)
        wanted = draw.choice(["next_level", "pass_line"])
        answer = found.answers[wanted]
        if isinstance(answer, AlreadyThere):
            continue
        rising = [leaf for leaf in found.leaves if leaf.rise > 0]
        needs = [(lambda leaf: True, answer.goal.total - found.total)]
        for code, score in found.instruments.items() if answer.goal.instrument is not None else ():
            weight = sum(leaf.points for leaf in found.leaves if leaf.instrument == code)
            needs.append((lambda leaf, code=code: leaf.instrument == code, (answer.goal.instrument - score) * weight))
        looked_up = by_search(rising, needs)
        sets = [one.codes for one in answer.sets] if isinstance(answer, Reached) else []
        assert sets == looked_up, f"seed {seed}"
        reached += bool(sets)
    assert reached > 100


def by_effort(gains, efforts, parts, total, floors):
    """Return the best set by dynamic programming over the effort: exact, and another way than the solver's."""
    table = {0: (Fraction(0), 0)}
    for part, floor in floors.items():
        own = {0: (Fraction(0), 0)}
        for at in (at for at in range(len(gains)) if parts[at] == part):
            for effort, (gain, chosen) in list(own.items()):
                made = (gain + gains[at], chosen | 1 << (len(gains) - 1 - at))
                own[effort + efforts[at]] = max(made, own.get(effort + efforts[at], made))
        own = {effort: pair for effort, pair in own.items() if pair[0] >= floor}
        joined = {}
        for (first, (gain, chosen)), (second, (more, others)) in itertools.product(table.items(), own.items()):
            made = (gain + more, chosen | others)
            joined[first + second] = max(made, joined.get(first + second, made))
        table = joined
    effort = min(effort for effort, (gain, _) in table.items() if gain >= total)
    return tuple(at for at in range(len(gains)) if table[effort][1] >> (len(gains) - 1 - at) & 1)


@pytest.mark.parametrize("seed", range(6))
def test_the_national_framework_of_2564_is_solved_exactly(seed):
    draw = random.Random(seed)
    rules = loader.load("national-2564").model_copy(
        update={"levels": ruled().levels} if seed % 2 else {}  # with the per-instrument rule, and without
    )
    codes = list(points_of_total(rules).points)
    kinds = {leaf.code: leaf.kind for leaf in leaves_of({}, rules)}
    given = {
        code: 100.0 * (draw.random() < 0.8) if kinds[code] == "documents" else round(draw.uniform(70, 97), 2)
        for code in codes
    }
    found = what_lifts(scores(given, year=2564, scheme="national"), rules)
    answer = found.answers["next_level"]
    assert isinstance(answer, Reached)
    rising = [leaf for leaf in found.leaves if leaf.rise > 0]
    floors = dict.fromkeys(found.instruments, Fraction(0))
    for code, score in found.instruments.items() if answer.goal.instrument is not None else ():
        weight = sum(leaf.points for leaf in found.leaves if leaf.instrument == code)
        floors[code] = (answer.goal.instrument - score) * weight
    gains, efforts = [leaf.gain for leaf in rising], [leaf.effort for leaf in rising]
    best = by_effort(gains, efforts, [leaf.instrument for leaf in rising], answer.goal.total - found.total, floors)
    assert answer.sets[0].codes == tuple(rising[at].code for at in best)


def test_an_answer_that_is_short_by_a_rounding_error_is_proved_and_cut_off(monkeypatch):
    # a solver that is sloppy: it lets a set through that is one millionth short, until that set is cut off
    honest, calls = cheapest._milp, []

    def sloppy(costs, rows):
        calls.append(costs)
        return (0,) if len(calls) == 1 else honest(costs, rows)

    monkeypatch.setattr(cheapest, "_milp", sloppy)
    gains = [Fraction("0.999999"), Fraction(1), Fraction(1, 2)]
    assert cheapest_sets(gains, [1, 2, 3], [([True] * 3, Fraction(1))], most=1) == [(1,)]


# --- what the solver prints


def test_what_c_code_prints_does_not_reach_stdout(capfd):
    library = ctypes.CDLL(None)
    print("before")
    with quiet_stdout():
        library.puts(b"tmpSolver.run();")
        os.write(1, b"straight to the descriptor\n")
    print("after", flush=True)
    library.puts(b"and C again")
    library.fflush(None)
    assert capfd.readouterr().out.split("\n") == ["before", "after", "and C again", ""]


def test_json_on_a_pipe_stays_whole_though_the_solver_prints():
    program = """
import ctypes, json, scipy.optimize
honest, library = scipy.optimize.milp, ctypes.CDLL(None)
def loud(*given, **more):
    library.puts(b"HighsMipSolverData")
    return honest(*given, **more)
scipy.optimize.milp = loud
from fractions import Fraction
from ita_analysis.analysis.cheapest import cheapest_sets
print(json.dumps(cheapest_sets([Fraction(1), Fraction(2)], [1, 1], [([True, True], Fraction(1))])))
"""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, env=buffered)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[1], [0]]


def test_the_optimiser_is_imported_late():
    program = "import sys, ita_analysis.analysis.lift; print('scipy.optimize' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.strip() == "False", done.stderr
