"""What pages and annex say where a score file carries counts, and that nothing changes where it does not."""

from __future__ import annotations

import pandas as pd
import pytest
from brief.test_brief import column, first_cells

from ita_analysis.analysis.margins import with_margins
from ita_analysis.brief import annex, counted
from ita_analysis.brief.city import open_city
from ita_analysis.brief.collecting import facts_of
from ita_analysis.brief.datasets import datasets
from ita_analysis.brief.keys import row_digests
from ita_analysis.brief.method import open_method
from ita_analysis.scores import reading, synthetic
from ita_analysis.scores.answer_counts import COUNTED

CODES = [f"990000{at:02d}" for at in range(1, 13)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counts")
    synthetic.write(folder / "full.csv", CODES, [2566, 2567], 7, has_answers=True)
    synthetic.write(folder / "plain.csv", CODES, [2566, 2567], 7)
    return folder


@pytest.fixture(scope="module")
def facts(files):
    return facts_of(reading.read([files / "full.csv"]), CODES[0], 2567, line=90.0)


@pytest.fixture(scope="module")
def plain(files):
    return facts_of(reading.read([files / "plain.csv"]), CODES[0], 2567, line=90.0)


def sheet(facts, role):
    (found,) = [one for one in datasets(facts) if one.role == role]
    return pd.DataFrame(found.rows, columns=[column.name for column in found.columns])


def bullets(full, bare):
    """Return the bullets of a text that another does not have."""
    texts = [["".join(run.text for run in one) for one in text.bullets] for text in (full, bare)]
    return [one for one in texts[0] if one not in texts[1]]


def test_the_annex_holds_the_counts_beside_the_respondents_and_the_margin_of_each_item(facts):
    items = sheet(facts, "items")
    at = list(items).index("respondents")
    names = ["population", *[f"answers_{step}" for step in range(6)], "score_low", "score_high", "margin_form_th"]
    assert list(items)[at + 1 : at + 11] == names
    framed = with_margins(facts.items, facts.rules).set_index("code")
    shown = items[items["score_low"].notna()].set_index("code")
    assert shown["score_low"].to_dict() == framed["score_low"].to_dict()
    assert set(shown["margin_form_th"]) == {"จากคำตอบจริงทุกขั้น · นับจำนวนคนทั้งหมด", "จากคำตอบจริงทุกขั้น"}
    for role in ("findings", "history"):
        assert "population" in sheet(facts, role) and "score_low" not in sheet(facts, role)


def test_the_annex_of_the_overview_holds_them_too(files):
    full, bare = (open_city(2567, "", scores=str(files / name)) for name in ("full.csv", "plain.csv"))
    found = {
        name: [one for one in page.datasets() if one.role == "findings"]
        for name, page in (("full", full), ("bare", bare))
    }
    names = {name: [column.name for column in one.columns] for name, (one,) in found.items()}
    at = names["full"].index("respondents")
    assert names["full"][at + 1 : at + 3] == ["population", "answers_0"]
    assert not set(names["bare"]) & set(COUNTED)
    assert len(bullets(full.method(), bare.method())) == 1


def test_without_counts_the_annex_has_the_columns_it_had(plain):
    for one in datasets(plain):
        assert not {column.name for column in one.columns} & {*COUNTED, "score_low", "margin_form_th"}
    assert counted.phrases(plain) == []


def test_the_brief_says_how_many_margins_count_answers_and_people(facts, plain):
    more = bullets(annex.method(facts), annex.method(plain))
    staff = int((facts.items["population"].notna()).sum())
    assert len(more) == 3 and more[0].startswith(f"{len(facts.items)} ข้อ") and more[2].startswith(f"{staff} ข้อ")


def test_the_page_of_the_method_shows_the_margins_of_the_answers_and_their_formulas(files):
    full, bare = (open_method(CODES[0], 2567, "I1", str(files / name)) for name in ("full.csv", "plain.csv"))
    table = full.margins()
    framed = with_margins(full.facts.items, full.facts.rules).set_index("code")
    for code, shown in zip(first_cells(table), column(table, "ช่วง 95 %"), strict=True):
        low, high = framed.loc[code, ["score_low", "score_high"]]
        assert shown == f"{low:.2f}–{high:.2f}"
    assert "จากคำตอบจริงทุกขั้น" in table.note and "จากคำตอบจริง" not in bare.margins().note
    assert "เส้นโค้ง" in full.funnel().note and "เส้นโค้ง" not in bare.funnel().note
    new = bullets(full.formulas(), bare.formulas())
    assert any("Korn" in text for text in new) and any("Cochran" in text for text in new) and len(new) == 2


def test_counts_that_others_give_change_no_digest_and_own_ones_do(facts, plain):
    columns = [name for name in facts.scores if name not in ("source_file", *COUNTED)]
    blank = facts.scores.assign(**{name: pd.array([None] * len(facts.scores), dtype="Int64") for name in COUNTED})
    digest = row_digests(facts.scores[columns])[CODES[0]]
    assert row_digests(blank)[CODES[0]] == row_digests(plain.scores)[CODES[0]] == digest
    assert row_digests(facts.scores)[CODES[0]] != digest
    moved = facts.scores.assign(answers_0=facts.scores["answers_1"], answers_1=facts.scores["answers_0"])
    assert row_digests(moved)[CODES[0]] != row_digests(facts.scores)[CODES[0]]
