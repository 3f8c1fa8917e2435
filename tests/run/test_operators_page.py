"""What the pages of docs/ tell the reader to type runs, and what they list is what the product has."""

from __future__ import annotations

import configparser
import re

import pytest
from commands import PROJECT
from doc_commands import command, commands_of
from small_runs import make_run

from ita_analysis.thai.catalogue import catalogue

OPERATORS = (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8")
SCORES = str(PROJECT / "data" / "synthetic")


def blocks(kind):
    """Return the fenced blocks of the operators' page that are marked so."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", OPERATORS, re.MULTILINE | re.DOTALL)


@pytest.fixture
def dry(ita_here, tmp_path, monkeypatch):
    """Run an `ita batch` of a page as a plan, with scores in the place of the reader's own."""
    (tmp_path / "wanted.txt").write_text("1028\nสำนักงานเขตพระนคร\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(words):
        assert words[0].endswith(".venv/bin/ita")
        words = [SCORES if word.startswith("/srv/") else word for word in words[1:]]
        return ita_here(*words, "--dry-run", "--output", tmp_path / "out")

    return run


def batches():
    return [one for one in commands_of("operators.md") if one.words[:2] == [".venv/bin/ita", "batch"]]


@pytest.mark.parametrize("told", batches(), ids=lambda told: " ".join(told.words[4:]))
def test_every_batch_of_the_operators_page_is_understood(dry, told):
    words = [word for word in told.words if word != "--dry-run"]
    done = dry(words)
    run = "report-2567" if "--report" in words else "brief-2566"
    assert done.returncode == 0 and run in done.stdout, done.stderr


def test_the_other_verbs_of_the_operators_page_run(ita_here, tmp_path):
    for name in ("brief-2566", "brief-2566-b"):
        make_run(tmp_path / name)
    others = [one.words for one in commands_of("operators.md") if one.words[:2] != [".venv/bin/ita", "batch"]]
    verbs = [words[1:] for words in others if words[0] == ".venv/bin/ita"]
    assert [words[0] for words in verbs] == ["verify", "diff"]
    for words in verbs:
        assert ita_here(*words, "--output", tmp_path).returncode == 0
    # a cluster is started with the page's own commands in tests/run/test_cluster.py
    assert [words[1] for words in others if words[0] == ".venv/bin/dask"] == ["scheduler", "worker"]


def test_the_line_for_cron_has_a_time_and_a_command_that_is_understood(dry):
    (line,) = blocks("cron")
    *times, rest = line.strip().split(maxsplit=5)
    assert len(times) == 5 and all(re.fullmatch(r"\*|\d+", time) for time in times) and "%" not in line
    told = rest.partition(" && ")[2].partition(" >> ")[0]
    assert dry(command(told).words).returncode == 0


def test_the_units_for_systemd_say_when_and_what(dry):
    service, timer = (configparser.ConfigParser(interpolation=None, strict=True) for _ in range(2))
    for unit, text in zip((service, timer), blocks("ini"), strict=True):
        unit.optionxform = str
        unit.read_string(text)
    assert dry(command(service["Service"]["ExecStart"]).words).returncode == 0
    assert service["Service"]["Type"] == "oneshot" and "KillSignal" not in service["Service"]
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])


def test_every_reason_and_every_exit_code_stands_on_the_operators_page():
    for name, phrase in catalogue("run", "batch.toml")["plan"]["why"].items():
        assert phrase.replace("{count}", "…") in OPERATORS, name
    assert re.findall(r"^\| (\d+) \|", OPERATORS, re.MULTILINE) == ["0", "1", "2", "3", "4", "130"]


@pytest.mark.parametrize("page", sorted((PROJECT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_no_link_of_a_page_leads_nowhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]
