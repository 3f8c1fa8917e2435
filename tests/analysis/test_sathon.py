"""The one real case that ships: Sathon, scores of 2566, of which 27 items are known and the totals are not."""

from tiny_scores import scores

from ita_analysis.analysis.findings import below_line, documents_missing, unknown_items, watch_list
from ita_analysis.analysis.priority import by_priority
from ita_analysis.analysis.rollup import roll_up
from ita_analysis.framework.loader import load
from ita_analysis.framework.weights import points_of_total

# Sathon District Office, report on measures 2567, first half: the scores printed beside its items.
PRINTED = {
    **{"I3": 95.86, "I6": 95.26, "I8": 92.02, "I9": 95.62, "I11": 93.89, "I13": 96.86, "I16": 83.52, "I17": 87.83},
    **{"I20": 94.33, "I21": 96.09, "I22": 93.21, "I23": 95.47, "I24": 95.62, "I25": 95.24},
    **{"E1": 93.34, "E2": 93.30, "E3": 93.37, "E4": 92.79, "E7": 91.39, "E8": 92.40, "E9": 88.69, "E10": 90.25},
    **{"E11": 91.55, "E12": 81.87, "E13": 93.18, "E14": 85.12, "E15": 87.46},
    **{"9": 100.0, "10": 100.0},  # printed as ranges of documents
}
SATHON = scores(PRINTED, agency="1035", year=2566, scheme="bangkok-district", is_synthetic=False)
RULES = load("bangkok-district-2566")


def test_six_items_are_below_the_line_worst_first():
    assert list(below_line(SATHON, framework=RULES)["code"]) == ["E12", "I16", "E14", "E15", "I17", "E9"]


def test_three_items_stand_within_two_points_above_the_line():
    assert list(watch_list(SATHON, framework=RULES)["code"]) == ["E10", "E7", "E11"]


def test_at_least_thirteen_survey_items_are_unknown_to_the_highest_code_seen():
    unknown = unknown_items(SATHON, RULES)
    assert list(unknown["code"]) == [f"I{n}" for n in (1, 2, 4, 5, 7, 10, 12, 14, 15, 18, 19)] + ["E5", "E6"]
    assert unknown["is_at_least"].all()


def test_all_documents_are_met_since_their_indicators_are_full():
    assert documents_missing(SATHON, RULES) == []


def test_no_survey_figure_is_rolled_up_from_a_part_of_its_items():
    rolled = roll_up(SATHON, RULES).set_index("code")
    assert not rolled.loc[["total", "IIT", "EIT", *map(str, range(1, 9))], "is_computed"].any()
    assert rolled.loc["OIT", "score"] == 100.0


def test_with_unknown_weights_the_findings_stand_by_gap_and_say_so():
    ranked = by_priority(below_line(SATHON, framework=RULES), points_of_total(RULES).points, framework=RULES)
    assert list(ranked["code"])[:2] == ["E12", "I16"]
    assert "ยังไม่ทราบ" in ranked["basis_th"][0]
