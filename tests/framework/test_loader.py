"""Rule files: what loads, what is not known, and how every fault of a file is reported at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ita_analysis.errors import RuleFileError, UnknownNameError
from ita_analysis.framework import loader
from ita_analysis.framework.checks import sourced_parts
from ita_analysis.framework.loader import known_schemes, load, years_of
from ita_analysis.framework.model import Framework

SHIPPED = sorted(path.stem for path in loader.SHIPPED_RULES.glob("*.toml"))

SOUND = """
schema_version = 1
scheme = "SCHEME"
scheme_th = "กรอบทดลอง"
fiscal_year_be = YEAR
instruments = [
  { code = "IIT", name_th = "ภายใน", short_th = "ภายใน", kind = "survey", weight = 0.6, items_listed = "complete", source = "a", confidence = "verified" },
  { code = "OIT", name_th = "เอกสาร", short_th = "เอกสาร", kind = "documents", weight = 0.4, items_listed = "complete", source = "a", confidence = "verified" },
]
indicators = [
  { code = "1", name_th = "หน้าที่", instrument = "IIT", mean_of = "items", source = "a", confidence = "verified" },
  { code = "9", name_th = "เปิดเผย", instrument = "OIT", mean_of = "sub-indicators", source = "a", confidence = "verified" },
]
sub_indicators = [ { code = "9.1", name_th = "พื้นฐาน", indicator = "9", source = "a", confidence = "verified" } ]
items = [
  { code = "I1", parents = ["1"], source = "a", confidence = "verified" },
  { code = "O1", parents = ["9.1"], source = "a", confidence = "verified" },
]
levels = [
  { name_th = "ดี", min_total = 85, min_instrument = 85, source = "a", confidence = "verified" },
  { name_th = "พอ", min_total = 85, source = "a", confidence = "verified" },
  { name_th = "ต่ำ", min_total = 0, source = "a", confidence = "verified" },
]
[sources]
a = "ทดลอง"
[crosswalk]
from_year = BEFORE
same_code = "comparable"
indicators = "comparable"
total = "comparable"
source = "a"
confidence = "verified"
links = [ { code = "I1", relation = "new", source = "a", confidence = "verified" } ]
"""


def sound(scheme: str = "trial", year: int = 2570) -> str:
    return SOUND.replace("SCHEME", scheme).replace("YEAR", str(year)).replace("BEFORE", str(year - 1))


def write(folder: Path, text: str, name: str = "trial-2570") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, name: str = "trial-2570") -> list[str]:
    with pytest.raises(RuleFileError) as error:
        load(name, rules=[folder])
    return sorted(problem.code for problem in error.value.problems)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_file_loads_and_is_named_after_its_scheme_and_year(name: str) -> None:
    framework = load(name)
    assert isinstance(framework, Framework)
    assert framework.name == name


@pytest.mark.parametrize("name", SHIPPED)
def test_every_fact_names_a_source_that_stands_in_its_file(name: str) -> None:
    framework = load(name)
    assert framework is not None
    assert {part.source for _, part in sourced_parts(framework)} <= set(framework.sources)
    assert len({part.code for part in framework.items}) == len(framework.items)


@pytest.mark.parametrize("name", SHIPPED)
def test_topics_are_at_most_twelve_words_and_sources_name_no_machine(name: str) -> None:
    framework = load(name)
    assert framework is not None
    assert all(len(item.topic_th) <= 70 for item in framework.items)
    assert not any(re.search(r"(^|\s)/\w|[A-Z]:\\", source) for source in framework.sources.values())


def test_a_known_scheme_in_a_year_without_a_file_is_not_known() -> None:
    assert load("national-2499") is None


def test_an_unknown_scheme_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownNameError, match="bangkok-district"):
        load("bangkok-distrct-2566")


@pytest.mark.parametrize("name", ["national", "national-66", "national-2566.toml", "../national-2566", ""])
def test_a_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError):
        load(name)


def test_the_schemes_that_ship_have_thai_names_and_demo_is_made_up() -> None:
    assert set(known_schemes()) >= {"national", "bangkok-district", "demo"}
    assert [scheme for scheme in known_schemes() if loader.is_synthetic(scheme)] == ["demo"]


def test_an_own_file_needs_no_code_and_makes_its_scheme_known(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", sound())
    framework = load("trial-2570", rules=[folder])
    assert framework is not None and framework.indicators_of("O1") == ("9",)
    assert known_schemes([folder])["trial"] == "กรอบทดลอง"
    assert years_of("trial", [folder]) == (2570,)
    assert load("trial-2569", rules=[folder]) is None
    with pytest.raises(UnknownNameError):
        load("trial-2570")


def test_a_new_year_of_a_shipped_scheme_is_one_more_file(tmp_path: Path) -> None:
    text = sound("national", 2580).replace("กรอบทดลอง", known_schemes()["national"])
    folder = write(tmp_path / "rules", text, "national-2580")
    assert load("national-2580", rules=[folder]) is not None
    assert years_of("national", [folder]) == (*years_of("national"), 2580)


def test_an_own_file_wins_over_the_shipped_one_and_an_earlier_folder_over_a_later(tmp_path: Path) -> None:
    scheme_th = known_schemes()["bangkok-district"]
    text = sound("bangkok-district", 2566).replace("กรอบทดลอง", scheme_th)
    first = write(tmp_path / "first", text, "bangkok-district-2566")
    second = write(tmp_path / "second", text.replace("หน้าที่", "อื่น"), "bangkok-district-2566")
    own = load("bangkok-district-2566", rules=[first, second])
    assert own is not None and own.indicator["1"].name_th == "หน้าที่"
    assert load("bangkok-district-2566") != own


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", sound())
    load("trial-2570", rules=[folder])
    write(folder, sound().replace("หน้าที่", "งานประจำวัน"))
    framework = load("trial-2570", rules=[folder])
    assert framework is not None and framework.indicator["1"].name_th == "งานประจำวัน"


def test_a_file_saved_by_windows_notepad_loads(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", "")
    (folder / "trial-2570.toml").write_bytes(b"\xef\xbb\xbf" + sound().replace("\n", "\r\n").encode())
    assert load("trial-2570", rules=[folder]) is not None


def test_taking_a_rule_file_away_makes_its_year_unknown_and_breaks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tmp_path / "rules"
    rest.mkdir()
    for path in loader.SHIPPED_RULES.glob("*.toml"):
        (rest / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(loader, "SHIPPED_RULES", rest)
    for gone in SHIPPED:
        text = (rest / f"{gone}.toml").read_bytes()
        (rest / f"{gone}.toml").unlink()
        assert load(gone) is None
        assert all(load(name) is not None for name in SHIPPED if name != gone)
        (rest / f"{gone}.toml").write_bytes(text)


def test_every_fault_of_a_file_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    text = sound().replace('kind = "survey"', 'kind = "surve"').replace("min_total = 0", "min_total = -1")
    text = text.replace('parents = ["9.1"]', 'parents = ["9.7"]').replace(
        'code = "I1", parents', 'code = "i1", parents'
    )
    with pytest.raises(RuleFileError) as error:
        load("trial-2570", rules=[write(tmp_path / "rules", text)])
    found = {problem.code: problem for problem in error.value.problems}
    assert set(found) == {
        "rules-literal-error",
        "rules-greater-than-equal",
        "rules-no-such-parent",
        "rules-code-form",
        "rules-no-such-code",
    }
    assert found["rules-literal-error"].column == "instruments › 1 (IIT) › kind"
    assert found["rules-no-such-parent"].found == "9.7"
    assert "แก้" in str(error.value)
    assert all(problem.file == "trial-2570.toml" and problem.fix for problem in error.value.problems)


def test_a_slip_in_one_field_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    text = sound().replace('kind = "survey"', 'kind = "surve"').replace("weight = 0.4", "weight = 0.5")
    text = text.replace('confidence = "verified" },\n]\nlevels', 'confidence = "sure", colour = 1 },\n]\nlevels')
    text = text.replace('parents = ["9.1"]', 'parents = ["9.7"]')
    assert faults(write(tmp_path / "rules", text)) == [
        "rules-extra-forbidden",
        "rules-literal-error",
        "rules-literal-error",
        "rules-no-such-parent",
        "rules-weights-sum",
    ]


@pytest.mark.parametrize(
    "text", ["", "items = 1", "items = [1, 2]", "sources = 5", "[crosswalk]\nlinks = [{}]", "[[levels]]\nparts = 1"]
)
def test_a_file_that_is_something_else_is_refused_without_a_crash(tmp_path: Path, text: str) -> None:
    assert "rules-missing" in faults(write(tmp_path / "rules", text))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('scheme_th = "กรอบทดลอง"', "", "missing"),
        ("[sources]", "colour = 1\n[sources]", "extra-forbidden"),
        ("weight = 0.4, ", "", "some-weights"),
        ("weight = 0.4", "weight = 0.5", "weights-sum"),
        ("weight = 0.4", "weight = nan", "less-than-equal"),
        ("weight = 0.4", 'weight = "0.4"', "float-type"),
        ('instrument = "IIT"', 'instrument = "EIT"', "no-such-instrument"),
        ('indicator = "9", source', 'indicator = "8", source', "no-such-indicator"),
        ('parents = ["1"]', 'parents = ["1", "9"]', "open-status"),
        ('parents = ["1"]', 'parents = ["1"], status = "open"', "open-status"),
        ('parents = ["1"]', "parents = []", "too-short"),
        ('parents = ["1"]', 'parents = ["9"]', "wrong-instrument"),
        ('code = "O1", parents', 'code = "I1", parents', "code-twice"),
        ("min_total = 0", "min_total = 90", "levels-order"),
        ("from_year = 2569", "from_year = 2560", "year-before"),
        ('{ code = "I1", relation = "new"', '{ code = "I7", relation = "new"', "no-such-code"),
        ('relation = "new"', 'relation = "gone"', "link-sides"),
        ('mean_of = "items"', 'mean_of = "sub-indicators"', "mean-of"),
        ('items_listed = "complete"', 'items_listed = "none"', "no-items"),
        ('a = "ทดลอง"', 'b = "ทดลอง"', "no-such-source"),
        ("fiscal_year_be = 2570", "fiscal_year_be = 2571", "file-name"),
        ("fiscal_year_be = 2570", 'fiscal_year_be = "2570"', "int-type"),
        ("[sources]", "[sources", "not-toml"),
        ("[sources]", "deep = " + "[" * 5000 + "\n[sources]", "not-toml"),
        ("fiscal_year_be = 2570", "fiscal_year_be = " + "9" * 5000, "not-toml"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in sound()
    folder = write(tmp_path / "rules", sound().replace(old, new, 1))
    assert f"rules-{code}" in faults(folder)


def test_shares_of_parts_sum_to_one(tmp_path: Path) -> None:
    pieces = ", ".join(
        f'{{ code = "EIT{n}", name_th = "ส่วน", share = 0.4, source = "a", confidence = "verified" }}' for n in (1, 2)
    )
    text = sound().replace("weight = 0.6,", f"weight = 0.6, parts = [{pieces}],")
    assert faults(write(tmp_path / "rules", text)) == ["rules-shares-sum"]


def test_a_file_that_says_otherwise_than_the_register_of_schemes_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", sound("demo", 2580), "demo-2580")
    assert faults(folder, "demo-2580") == ["rules-scheme-said", "rules-scheme-said"]


def test_a_file_or_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="โฟลเดอร์"):
        load("national-2564", rules=[tmp_path / "absent"])
    with pytest.raises(RuleFileError, match="ชื่อแฟ้ม"):
        load("national-2564", rules=[write(tmp_path / "rules", "", "notes")])
    folder = write(tmp_path / "thai", "")
    (folder / "trial-2570.toml").write_bytes("ก".encode("cp874"))
    assert faults(folder) == ["rules-not-utf8"]
