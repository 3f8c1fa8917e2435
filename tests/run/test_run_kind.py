"""A run holds one kind of pack."""

import shutil

from commands import ita


def test_a_run_holds_one_scheme_and_never_real_beside_made_up(sathon_pack, tmp_path):
    shutil.copytree(sathon_pack, tmp_path / "mixed" / "1028")
    done = ita("brief", "--agency", "9901", "--year", "2567", "--run", "mixed", "--output", str(tmp_path))
    assert done.returncode == 2
    assert "bangkok-district-2566" in done.stderr and "--run" in done.stderr
    assert not (tmp_path / "mixed" / "9901").exists()
