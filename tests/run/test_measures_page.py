"""What docs/measures.md tells an officer to type runs, in its order."""

from __future__ import annotations

import shutil

from commands import PROJECT
from doc_commands import commands_of


def test_the_commands_of_the_page_about_measures_run_one_after_the_other(ita_here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "registers"
    shutil.copytree(PROJECT / "data" / "registers" / "1028", home / "1028")
    told = [one.words[1:] for one in commands_of("measures.md")]
    assert [words[0] for words in told] == ["register", "register", "register", "report", "report", "batch"]
    for words in told:
        done = ita_here(*words, "--registers", home, "--output", tmp_path / "out")
        assert done.returncode == 0, (words, done.stderr)
        if words[0] == "register" and "--read" not in words:
            (written,) = (tmp_path / "out" / "registers").glob("*.xlsx")
            shutil.copy(written, tmp_path / "1028-2567.xlsx")
    assert (tmp_path / "out" / "report-2567-1" / "1028" / "report.docx").exists()
    assert (tmp_path / "out" / "report-2567-2" / "1028" / "report.pdf").exists()
    assert "1 ข้าม" in done.stdout  # the batch makes nothing that stands there already
