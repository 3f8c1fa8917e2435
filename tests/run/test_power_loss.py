"""Power lost at any moment: what was finished is there, what was at work is whole or absent, nothing half-written is believed.

Every step on the disk is recorded with what a power cut spares at that moment: of a file what was last synced of it, of
a folder the names that were last synced, and of anything else some of it, by chance. Each such disk is laid out anew
and looked at as a resumed batch does.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from small_runs import make_pack

from ita_analysis.run import pack
from ita_analysis.run.state import STATE, RunState

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names open files as Linux does")

OLD = {"brief.html": b"old" * 40}
NEW = {"brief.html": b"new" * 50, "brief.pdf": b"%PDF" * 9, "annex.xlsx": b"PK" * 20}
BOOKS = b'{"packs": {}, "pages": {}, "city": {}}'
STEPS = ("mkdir", "rename", "replace", "rmdir", "unlink")
CHANCES = 12  # disks that are laid out of each moment, beside the two extremes
SEED = 20261127

Names = dict[str, int]


@dataclass
class Moment:
    """A disk: names of every folder and data of every file by their number, as written and as synced."""

    folders: dict[int, Names] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    synced_folders: dict[int, Names] = field(default_factory=dict)
    synced_files: dict[int, bytes] = field(default_factory=dict)


class Recorder:
    """Records every step below a folder."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.moments, self.held = root, [], {}
        self.synced_folders: dict[int, Names] = {}
        self.synced_files: dict[int, bytes] = {}
        self.is_at_work = False
        for name in STEPS:
            monkeypatch.setattr(os, name, self._stepping(getattr(os, name)))
        monkeypatch.setattr(pack, "_exchange", self._stepping(pack._exchange))
        sync = os.fsync

        def synced(handle: int) -> None:
            self.look()
            sync(handle)
            self._note(Path(f"/proc/self/fd/{handle}").readlink())
            self.look()

        monkeypatch.setattr(os, "fsync", synced)

    def _stepping(self, call):
        def step(*given, **named):
            result = call(*given, **named)
            self.look()
            return result

        return step

    def _note(self, path: Path) -> None:
        number = path.stat().st_ino
        if path.is_dir():
            self.synced_folders[number] = {one.name: one.stat().st_ino for one in path.iterdir()}
        else:
            self.synced_files[number] = path.read_bytes()

    def look(self) -> None:
        """Record the disk as it is now."""
        if self.is_at_work or not self.root.exists():
            return
        self.is_at_work = True
        now = Moment(synced_folders=dict(self.synced_folders), synced_files=dict(self.synced_files))
        for path in [self.root, *self.root.rglob("*")]:
            number = path.stat().st_ino
            if number not in self.held:
                self.held[number] = os.open(path, os.O_RDONLY)  # so that no other file gets its number
            if path.is_dir():
                now.folders[number] = {one.name: one.stat().st_ino for one in path.iterdir()}
            else:
                now.files[number] = path.read_bytes()
        if self.moments:  # what lost its last name may still have one on the disk
            now.folders = {**self.moments[-1].folders, **now.folders}
            now.files = {**self.moments[-1].files, **now.files}
        self.moments.append(now)
        self.is_at_work = False

    def close(self) -> None:
        for handle in self.held.values():
            os.close(handle)


def lay_out(moment: Moment, number: int, target: Path, spared) -> None:
    """Write the folder `number` of a disk after a power cut; `spared` says whether what was not synced is there."""
    target.mkdir()
    written, synced = moment.folders.get(number, {}), moment.synced_folders.get(number, {})
    names = {**synced, **written} if spared() else synced
    for name, one in (written if spared() else names).items():
        if one in moment.folders:
            lay_out(moment, one, target / name, spared)
        else:
            data = moment.files[one]
            (target / name).write_bytes(data if spared() else moment.synced_files.get(one, b""))


def disks(moment: Moment, root: int, folder: Path):
    """Yield disks that a power cut at this moment may leave: all spared, nothing spared, some by chance."""
    chance = random.Random(SEED)
    for spared in (lambda: True, lambda: False, *[lambda: chance.random() < 0.5] * CHANCES):
        shutil.rmtree(folder, ignore_errors=True)
        lay_out(moment, root, folder, spared)
        yield folder


def found_in(run: Path) -> str:
    """Return what a resumed batch finds in an agency's place: absent, old, new, or damaged and to be made again."""
    held = RunState(run).held("1028")
    if held is None:
        return "absent"
    if held.damage:
        return "damaged"
    folder = run / "1028"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(files.pop("manifest.json"))
    whole = {name: data + b" of 1028" for name, data in {"old": OLD, "new": NEW}[manifest["said"]].items()}
    assert files == whole, "half a pack was believed"
    return str(manifest["said"])


def publish(run: Path, said: str) -> None:
    make_pack(run, "1028", files={"old": OLD, "new": NEW}[said], said=said)


def outcomes(tmp_path, older: bool) -> tuple[dict[str, int], set[str], bytes | None]:
    """Return how often each thing was found while a pack was published, what once it was, and the state file as synced."""
    run = tmp_path / "run"
    run.mkdir()
    if older:
        publish(run, "old")
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(run, patch)
        for path in [run, *run.rglob("*")]:
            recorder._note(path)
        recorder.look()
        publish(run, "new")
        pack.replace_file(run, STATE, BOOKS)
    number = run.stat().st_ino
    counts: dict[str, int] = {}
    for moment in recorder.moments:
        for disk in disks(moment, number, tmp_path / "disk"):
            found = found_in(disk)
            pack.require_writable(disk)
            assert found_in(disk) in (found, "old"), "clearing up lost or made something"
            counts[found] = counts.get(found, 0) + 1
    last = disks(recorder.moments[-1], number, tmp_path / "disk")
    finished = {found_in(disk) for disk in last}
    recorder.close()
    return counts, finished, recorder.moments[-1].synced_files.get((run / STATE).stat().st_ino)


@pytest.mark.parametrize("older", [False, True], ids=["no pack", "an older pack"])
@pytest.mark.parametrize("form", ["", "1"], ids=["exchange", "plain"])
def test_after_a_power_cut_at_any_step_a_pack_is_whole_or_absent_and_a_finished_one_is_there(
    tmp_path, monkeypatch, older, form
):
    monkeypatch.setenv("ITA_PLAIN", form)
    counts, finished, books = outcomes(tmp_path, older)
    print(f"power cut, {'plain' if form else 'exchange'}, {'older' if older else 'no'} pack: {counts}")
    assert sum(counts.values()) > 200 and counts["new"] > 10 and books == BOOKS
    if form:
        assert set(counts) <= {"new", "old", "absent", "damaged"}  # a plain system can't sync the names in a folder
    else:
        assert set(counts) == {"new", "old" if older else "absent"} and finished == {"new"}


def test_the_same_cuts_show_what_is_lost_when_files_are_not_synced(tmp_path, monkeypatch):
    def unsynced(path, data):
        path.write_bytes(data)

    monkeypatch.setattr(pack, "_write", unsynced)
    counts, finished, books = outcomes(tmp_path, older=True)
    assert books is None and counts["damaged"] and finished != {"new"}
