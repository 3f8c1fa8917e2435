"""A published folder is whole or absent, whatever stops us at whatever step, and an older one is never lost."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ita_analysis.errors import MachineError
from ita_analysis.run import pack

OLD = {"brief.html": b"old"}
NEW = {"brief.html": b"new", "brief.pdf": b"%PDF"}
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts steps as Linux does them")
both_forms = pytest.mark.parametrize("form", ["", "1"], ids=["exchange", "plain"])


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names_in(run):
    return sorted(path.name for path in run.iterdir())


@pytest.fixture
def run(tmp_path):
    return tmp_path / "outputs" / "brief-2566"


@both_forms
def test_a_new_folder_and_a_replaced_one_are_whole_and_nothing_else_stays(run, form, monkeypatch):
    monkeypatch.setenv("ITA_PLAIN", form)
    assert pack.put(run, "1028", OLD) == run / "1028"
    assert files_in(run / "1028") == OLD
    pack.put(run, "1028", NEW)
    assert files_in(run / "1028") == NEW
    assert names_in(run) == ["1028"]


def test_the_manifest_names_every_file_with_its_sum(run):
    folder = pack.publish(run, "1028", NEW, {"agency_code": "1028"}, time.monotonic())
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["outputs"] == [
        {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in NEW.items()
    ]
    assert manifest["seconds"] >= 0 and manifest["agency_code"] == "1028"


def test_a_good_pack_takes_the_failure_beside_it_away(run):
    pack.publish_failure(run, "1028", {"reason.html": b"why"})
    pack.publish(run, "1028", NEW, {}, time.monotonic())
    assert names_in(run) == ["1028"]


def test_a_failure_stands_beside_the_older_pack_which_stays(run):
    pack.put(run, "1028", OLD)
    pack.publish_failure(run, "1028", {"reason.html": b"why"})
    assert names_in(run) == ["1028", "1028.failed"]
    assert files_in(run / "1028") == OLD


def every_step(folder, form, *more):
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("every_step.py"), folder, *more],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "ITA_PLAIN": form},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@on_linux
@both_forms
def test_stopped_at_every_step_a_pack_is_whole_or_the_older_one_comes_back(tmp_path, form):
    told = every_step(tmp_path, form)
    print(f"publishing, {'plain' if form else 'exchange'}: {sum(told['steps'].values())} stops: {told['steps']}")
    assert told["wrong"] == []
    assert len(told["steps"]) == 6 and min(told["steps"].values()) >= 12


@on_linux
def test_the_same_stops_show_what_is_lost_without_the_guard(tmp_path):
    assert any("lost" in wrong for wrong in every_step(tmp_path, "1", "unguarded")["wrong"])


@on_linux
def test_where_the_disk_cannot_exchange_the_plain_form_is_used(run, monkeypatch):
    pack.put(run, "1028", OLD)

    def no_exchange(*_):
        pack.ctypes.set_errno(errno.EINVAL)
        return -1

    monkeypatch.setattr(pack, "_renameat2", lambda: no_exchange)
    pack.put(run, "1028", NEW)
    assert files_in(run / "1028") == NEW and names_in(run) == ["1028"]


@on_linux
def test_an_exchange_that_fails_keeps_the_older_pack(run, monkeypatch):
    pack.put(run, "1028", OLD)

    def failing(*_):
        pack.ctypes.set_errno(errno.EIO)
        return -1

    monkeypatch.setattr(pack, "_renameat2", lambda: failing)
    with pytest.raises(MachineError):
        pack.put(run, "1028", NEW)
    assert files_in(run / "1028") == OLD and names_in(run) == ["1028"]


@on_linux
def test_a_reader_never_finds_the_folder_missing_or_mixed(run):
    pack.put(run, "1028", OLD)
    seen, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            handle = os.open(run / "1028", os.O_RDONLY)
            try:
                seen.add(tuple(sorted(os.listdir(handle))))  # noqa: PTH208 - one look at one folder, wherever it is moved
            except FileNotFoundError:
                pass  # an older pack that is being removed, opened before
            finally:
                os.close(handle)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(60):
            pack.put(run, "1028", NEW)
            pack.put(run, "1028", OLD)
    finally:
        stop.set()
        reader.join()
    assert {("brief.html",), ("brief.html", "brief.pdf")} <= seen


@both_forms
def test_many_at_once_leave_one_whole_pack_and_no_remains(run, form, monkeypatch):
    monkeypatch.setenv("ITA_PLAIN", form)
    faults = []

    def publish(number):
        try:
            for _ in range(8):
                pack.require_writable(run)
                pack.put(run, "1028", {"a": b"%d" % number, "b": b"%d" % number})
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(set(files_in(run / "1028").values())) == 1
    assert names_in(run) == ["1028"]


@on_linux
def test_what_a_killed_process_left_is_swept_and_a_living_ones_work_is_not(run):
    script = (
        "import sys, time, pathlib; from ita_analysis.run import pack\n"
        "with pack._stage(pathlib.Path(sys.argv[1]), '1028') as stage:\n"
        "    (stage / 'new').mkdir(); print('in', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, run],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert holder.stdout is not None
    with holder.stdout:
        holder.stdout.readline()
        pack.require_writable(run)
        assert len(names_in(run / ".staging")) == 2  # the stage and its lock
        holder.kill()
        holder.wait()
    pack.require_writable(run)
    assert names_in(run) == []


def test_without_locks_a_young_stage_is_left_alone(run, plain):
    stage = run / ".staging" / "1028-abc"
    stage.mkdir(parents=True)
    lock = stage.with_name("1028-abc.lock")
    lock.touch()
    pack.require_writable(run)
    assert stage.exists()
    os.utime(lock, (1, 1))
    pack.require_writable(run)
    assert names_in(run) == []


def test_an_older_pack_left_aside_is_put_back(run):
    aside = run / ".staging" / "1028-abc" / "old-0"
    aside.mkdir(parents=True)
    (aside / "brief.html").write_bytes(b"old")
    (run / ".staging" / "1028-abc.lock").touch()
    pack.require_writable(run)
    assert files_in(run / "1028") == OLD and names_in(run) == ["1028"]


def test_an_older_pack_left_aside_never_replaces_a_newer_one(run):
    pack.put(run, "1028", NEW)
    aside = run / ".staging" / "1028-abc" / "old-0"
    aside.mkdir(parents=True)
    (run / ".staging" / "1028-abc.lock").touch()
    pack.require_writable(run)
    assert files_in(run / "1028") == NEW and names_in(run) == ["1028"]


@both_forms
@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="the system has no links")
def test_a_link_in_the_packs_place_is_replaced_and_what_it_points_to_stays(run, tmp_path, form, monkeypatch):
    monkeypatch.setenv("ITA_PLAIN", form)
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "kept").write_bytes(b"kept")
    run.mkdir(parents=True)
    (run / "1028").symlink_to(tmp_path / "else")
    pack.put(run, "1028", NEW)
    assert not (run / "1028").is_symlink() and files_in(run / "1028") == NEW
    assert files_in(tmp_path / "else") == {"kept": b"kept"}


@pytest.mark.parametrize("action", [pack.require_writable, lambda run: pack.put(run, "1028", NEW)])
def test_a_place_that_cannot_be_written_is_said_in_one_sentence(tmp_path, action):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MachineError) as caught:
        action(tmp_path / "file" / "run")
    assert caught.value.exit_code == 4
    assert "--output" in caught.value.todo and "Not a directory" in caught.value.message


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.EIO])
def test_every_refusal_of_the_disk_is_a_sentence_and_exit_code_4(run, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pack.tempfile, "mkstemp", refuse)
    with pytest.raises(MachineError, match=os.strerror(number)):
        pack.require_writable(run)
