"""Kernels forked from a warm parent: the same outputs as cold ones, nothing handed on, nothing left behind, every limit kept."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.run import kernels
from ita_analysis.run.contents import as_bytes
from ita_analysis.run.limits import MEGABYTE, Limits
from ita_analysis.run.notebook import run_notebook
from ita_analysis.run.warm import DEATHS, WarmParent

psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(not kernels.can_fork(), reason="kernels can't be forked here")

BRIEF = places.notebooks_folder() / "district_brief.ipynb"
PYPLOT = [
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3], label='คะแนน')\nplt.title('ปีนี้')\nplt.show()",
    "import pandas as pd\npd.DataFrame({'x': [x, 2.5]})",
    "import sys, os\nprint(plt.get_backend(), plt.rcParams['figure.dpi'], sys.path[0], os.path.basename(sys.argv[0]))",
    "%matplotlib inline\n_ = plt.figure(figsize=(1, 1)).add_subplot().plot([1])",
]


@pytest.fixture(scope="module")
def warm():
    with WarmParent() as parent:
        yield parent


@pytest.fixture
def tiny(tmp_path, warm, monkeypatch):
    """Run a tiny notebook of these cells in a forked kernel."""

    def run(*cells, limits=None):
        monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel takes in less where it finds it
        done = run_notebook(write_notebook(tmp_path / "n.ipynb", *cells), {}, limits=limits, kernels=warm)
        assert not warm.why_not
        return done

    return run


def texts(run):
    return ["".join(output.get("text", "")) for cell in run.notebook.cells for output in cell.get("outputs", [])]


def below(process=None):
    """Every living process below this one, or below `process`."""
    return psutil.Process(process).children(recursive=True)


def kernels_of(parent):
    return [child for child in below(parent.pid) if child.status() != psutil.STATUS_ZOMBIE]


def gone(probe, seconds=10):
    """Return whether `probe` becomes empty."""
    deadline = time.monotonic() + seconds
    while (left := probe()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not left


def sleepers(naps):
    return [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", naps]]


def test_a_brief_has_the_same_bytes_from_a_cold_and_from_a_forked_kernel(warm):
    values = {"agency": "9901", "fiscal_year_be": 2567}
    cold, forked = (run_notebook(BRIEF, values, kernels=parent) for parent in (None, warm))
    assert cold.failure is None and forked.failure is None and not warm.why_not
    blocks = [
        output.data["application/vnd.ita.block+json"]
        for cell in forked.notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.ita.block+json" in output.get("data", {})
    ]
    assert sum(block["kind"] == "chart" and "<svg" in block["svg"] for block in blocks) >= 3
    for one, other in zip(cold.notebook.cells, forked.notebook.cells, strict=True):
        assert one == other
    assert as_bytes(cold.notebook) == as_bytes(forked.notebook)


def test_pyplot_pandas_and_the_kernels_surroundings_are_those_of_a_cold_kernel(tmp_path, tiny, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")  # of the caller: a kernel's charts belong in its cells
    cold = run_notebook(write_notebook(tmp_path / "cold.ipynb", *PYPLOT), {})
    forked = tiny(*PYPLOT)
    assert cold.failure is None and forked.failure is None
    assert cold.notebook.cells == forked.notebook.cells
    kinds = [set(output.get("data", {})) for cell in forked.notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in kind for kind in kinds) == 2 and any("text/html" in kind for kind in kinds)


WAYS = [  # of showing something
    "from IPython.display import HTML, display, clear_output\nh = display('one', display_id=True); h.update('two'); display('three')",
    "print('a'); clear_output(); print('b')",
    "print('a'); clear_output(wait=True); display('c')",
    "import sys\nprint('out'); print('err', file=sys.stderr); print('out2'); display(1); print('out3')",
    "import threading\nt = threading.Thread(target=lambda: (print('in thread'), display('shown'))); t.start(); t.join()",
    "import asyncio\nasync def later(): await asyncio.sleep(0.05); return 7\ntask = asyncio.create_task(later())",
    "await task, await asyncio.gather(later(), later())",
    "!echo shell",
    "%%bash\necho bash",
    "%%capture got\nprint('hidden')",
    "got.stdout",
    "print?",
    "HTML('<b>ก</b>')",
    "display({'application/json': {'ก': [1]}}, raw=True, metadata={'m': 1})",
    "print(In[1][:4], sorted(Out)[:1], _ is not None, _dh == [__import__('pathlib').Path.cwd()], __name__)",
    "%who_ls",
    "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable(), sys.stdout.name, sys.displayhook.__class__.__name__",
    "import pickle\nclass B: pass\nlen(pickle.dumps(B())) > 5, sys.modules['__main__'].__dict__ is globals()",
    "import signal\n[getattr(signal.getsignal(s), '__name__', signal.getsignal(s)) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]",
    "import tornado.ioloop\ntype(asyncio.get_running_loop()).__name__, type(tornado.ioloop.IOLoop.current()).__name__",
    "from comm import create_comm\ncreate_comm(target_name='t', data={'state': {}}, buffers=[b'x']).close()",
    "print('x' * 200_000)",
    "raise ValueError('ก')",
]


def whole(cells):
    """The cells, with neighbours of one stream put together: how often a stream is sent is a matter of time."""
    shown = []
    for cell in cells:
        outputs = []
        for output in cell.get("outputs", []):
            if outputs and output.output_type == "stream" and outputs[-1].get("name") == output.name:
                outputs[-1]["text"] += output.text
            else:
                outputs.append(dict(output))
        shown.append((cell.source, cell.get("execution_count"), outputs))
    return shown


def test_every_way_of_showing_something_gives_what_a_cold_kernel_gives(tmp_path, tiny):
    cold, forked = run_notebook(write_notebook(tmp_path / "cold.ipynb", *WAYS), {}), tiny(*WAYS)
    assert cold.failure == forked.failure and cold.failure.cell == len(WAYS) + 1
    for one, other in zip(whole(cold.notebook.cells), whole(forked.notebook.cells), strict=True):
        assert one == other


PANE = [  # an output widget that takes in the outputs of its cell, more of them than a socket holds
    "from comm import create_comm\nfrom IPython.display import display\nimport asyncio\n"
    "about = {'_model_module': '@jupyter-widgets/output', '_model_name': 'OutputModel', 'msg_id': '', 'outputs': []}\n"
    "pane = create_comm(target_name='jupyter.widget', data={'state': about}, comm_id='pane'); told = []; pane.on_msg(told.append)",
    "mine = get_ipython().kernel.get_parent()['header']['msg_id']\n"
    "pane.send({'method': 'update', 'state': {'msg_id': mine}})\n"
    "for number in range(40): display(str(number) * 5000)\n"
    "pane.send({'method': 'update', 'state': {'msg_id': ''}}); print('outside')",
    "await asyncio.sleep(1); print(len(told), len(told[-1]['content']['data']['state']['outputs']))",
]


def test_what_an_output_widget_takes_in_comes_back_to_a_kernel_at_work(tiny):
    run = tiny(*PANE, limits=Limits(cell_s=30))  # not beside a cold one: jupyter_client overhears answers meanwhile
    assert run.failure is None and texts(run) == ["outside\n", "40 40\n"]


def test_what_other_programs_print_stands_at_the_end_of_their_cell_in_order(tiny):
    shown = tiny(
        "import os, sys, multiprocessing\nos.system('echo one')\nprint('two')\nos.write(2, 'สาม\\n'.encode()); _ = os.system('echo four')",
        "child = multiprocessing.get_context('fork').Process(target=print, args=('ห้า',)); child.start(); child.join(); print('six')",
        "_ = os.system('yes y | head -c 500000')",
    )
    assert shown.failure is None
    assert texts(shown)[:4] == ["two\n", "one\nfour\n", "six\n", "ห้า\n"] and texts(shown)[-1] == "y\n" * 250_000


@pytest.mark.parametrize("cell", ["print('\\ud800')", "import os\nos.close(1); print('\\ud800')"])
def test_half_a_character_and_a_closed_file_do_no_harm(tiny, cell):
    run = tiny(cell, "display('next')")
    assert run.failure is None and texts(run)[0] == "\ud800\n" and b'"?\\n"' in as_bytes(run.notebook)


def test_a_kernel_gives_back_what_a_cell_of_much_data_freed(tiny):
    much = "parts = [bytes(2000) for _ in range(150_000)]; last = bytes(2000)\ndel parts"
    look = "import psutil; print(psutil.Process().memory_info().rss)"
    before, after = texts(tiny(look, much, look))
    assert int(after) - int(before) < 150 * MEGABYTE


def test_what_was_printed_before_a_cell_hung_is_there(tiny):
    run = tiny("import time\nprint('reading')\ntime.sleep(60)", limits=Limits(cell_s=2))
    assert run.failure.name == "CellTimeoutError" and texts(run)[0] == "reading\n"


LOOK = """
import builtins, locale, logging, os, random, sys, warnings
import matplotlib, numpy as np, pandas as pd
from ita_analysis.analysis import findings
print(findings.ACTION_LINE, pd.get_option('display.max_rows'), pd.DataFrame.head.__name__, matplotlib.rcParams['font.size'])
print(os.environ.get('TZ'), os.environ.get('ITA_X'), os.listdir(), os.path.basename(os.getcwd()), sys.path[:1], len(builtins.__dict__))
print(np.geterr(), len(warnings.filters), logging.getLogger().level, locale.setlocale(locale.LC_ALL), sys.getrecursionlimit())
print('left' in globals(), 'leftover' in sys.modules, len(get_ipython().events.callbacks['pre_run_cell']))
"""
SPOIL = """
import builtins, logging, os, random, sys, types, warnings
import matplotlib, numpy as np, pandas as pd
from ita_analysis.analysis import findings
findings.ACTION_LINE = 1
pd.set_option('display.max_rows', 3); pd.DataFrame.head = lambda self: None
matplotlib.rcParams['font.size'] = 99
os.environ.update(TZ='Asia/Tokyo', ITA_X='x'); open('left.txt', 'w').close(); os.makedirs('deep'); os.chdir('deep')
sys.path.insert(0, '/nowhere'); builtins.spoilt = 1; sys.setrecursionlimit(5000)
np.seterr(all='ignore'); warnings.simplefilter('error'); logging.getLogger().setLevel(1)
left = 1; sys.modules['leftover'] = types.ModuleType('leftover')
get_ipython().events.register('pre_run_cell', print)
random.seed(1); np.random.seed(1)
"""


def test_what_a_cell_changes_does_not_reach_the_next_run(tiny):
    before = tiny(LOOK)
    assert before.failure is None and len(texts(before)) == 1
    assert tiny(SPOIL).failure is None
    assert tiny(LOOK).notebook.cells == before.notebook.cells


def test_two_kernels_draw_different_numbers(tiny):
    draw = "import random, uuid, numpy as np\nprint(random.random(), np.random.rand(), uuid.uuid4())"
    (one,), (other,) = texts(tiny(draw)), texts(tiny(draw))
    assert not set(one.split()) & set(other.split())


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("import os; os._exit(0)", "DeadKernelError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "DeadKernelError"),
        ("import ctypes; ctypes.string_at(1)", "DeadKernelError"),
        ("input('name?')", "StdinNotImplementedError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("from IPython.display import display; display({'text/plain': 3}, raw=True)", "NotebookValidationError"),
        ("while True: pass", "CellTimeoutError"),
        (
            "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
            "CellTimeoutError",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "CellTimeoutError"),
        ("data = bytearray(300_000_000)", "MemoryError"),
        ("import numpy; numpy.ones(100_000_000)", "MemoryError"),
        ("while True: print('x' * 1000)", "OutputLimitError"),
        ("print('ก' * 2_000_000)", "OutputLimitError"),
        ("from IPython.display import display\nwhile True: display('x')", "OutputLimitError"),
        ("import sys; sys.stderr.write('x' * 50_000_000)", "OutputLimitError"),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", "OutputLimitError"),
    ],
)
def test_a_run_that_goes_wrong_is_the_failure_of_its_cell_and_costs_nothing_else(tiny, cell, name, caplog):
    seconds = 2 if name == "CellTimeoutError" else 60
    limits = Limits(cell_s=seconds, memory_bytes=200 * MEGABYTE, output_bytes=MEGABYTE)
    run = tiny("a = 1", cell, "print('never')", limits=limits)
    # a flood that the kernel makes faster than anyone reads it ends in the kernel's own memory
    names = {name, "MemoryError"} if name == "OutputLimitError" else {name}
    assert (run.failure.cell, run.failure.source) == (3, cell) and run.failure.name in names
    assert any("\u0e00" <= letter <= "\u0e7f" for letter in run.failure.message) or name in (
        "StdinNotImplementedError",
        "SystemExit",
        "NotebookValidationError",
    )
    assert "never\n" not in texts(run)
    assert len(as_bytes(run.notebook)) < 4 * MEGABYTE
    assert tiny("print(x)").failure is None
    gc.collect()
    assert not [record for record in caplog.records if record.name == "asyncio"]  # nothing was left waiting


def test_all_cells_together_have_a_limit_of_their_own(tiny):
    nap = "import time; time.sleep(0.7)"
    run = tiny(nap, nap, nap, nap, nap, limits=Limits(cell_s=60, notebook_s=2))
    assert run.failure.name == "NotebookTimeoutError" and run.failure.cell in (3, 4)
    assert tiny(nap, limits=Limits(cell_s=60, notebook_s=2)).failure is None


def test_no_output_is_lost_where_the_reader_is_slower_than_the_kernel(tiny, monkeypatch):
    from ita_analysis.run import engine

    real, stalls = engine._Client.process_message, iter([3])

    def stalled(self, message, cell, cell_index):
        if message["msg_type"] == "display_data":
            time.sleep(next(stalls, 0))
        return real(self, message, cell, cell_index)

    monkeypatch.setattr(engine._Client, "process_message", stalled)
    run = tiny("from IPython.display import display\nfor i in range(4000): display(i)")
    assert run.failure is None and len(run.notebook.cells[-1].outputs) == 4000


def test_limits_hold_for_a_cold_kernel_too(tmp_path):
    limits = Limits(cell_s=20, memory_bytes=200 * MEGABYTE, output_bytes=MEGABYTE)
    for cell, name in (
        ("x = bytearray(300_000_000)", "MemoryError"),
        ("while True: print('x' * 1000)", "OutputLimitError"),
    ):
        run = run_notebook(write_notebook(tmp_path / "n.ipynb", cell), {}, limits=limits)
        assert (run.failure.cell, run.failure.name) == (2, name)


def test_where_a_folders_name_is_too_long_for_a_socket_ports_serve(tmp_path, monkeypatch):
    monkeypatch.setattr("ita_analysis.run.manager.LONGEST_SOCKET_PATH", 1)
    cell = "import ipykernel, json\nprint(json.load(open(ipykernel.get_connection_file()))['transport'], x)"
    assert texts(run_notebook(write_notebook(tmp_path / "n.ipynb", cell), {})) == ["tcp 1\n"]


def test_within_its_limits_a_kernel_reads_parquet_and_draws(tmp_path, tiny):
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"x": range(200_000)}).to_parquet(tmp_path / "x.parquet")
    read = f"import pandas as pd\nprint(pd.read_parquet({str(tmp_path / 'x.parquet')!r})['x'].sum())"
    run = tiny(read, *PYPLOT, limits=Limits(memory_bytes=400 * MEGABYTE))
    assert run.failure is None and texts(run)[0] == "19999900000\n"


@pytest.mark.parametrize(
    "cell",
    [
        "import subprocess; subprocess.Popen(['sleep', '{naps}'])",
        "import subprocess; subprocess.Popen(['sleep', '{naps}'], start_new_session=True, env={})",
        "import subprocess, os; subprocess.Popen(['sleep', '{naps}'], start_new_session=True); os._exit(0)",
        "import subprocess; subprocess.Popen(['sh', '-c', 'setsid sleep {naps} & setsid sleep {naps} &'])",
    ],
)
def test_no_child_of_a_cell_outlives_the_run(tiny, warm, cell):
    naps = f"62.{os.getpid()}{time.monotonic_ns()}"
    tiny(cell.replace("{naps}", naps), "import time; time.sleep(0.1)")
    assert gone(lambda: sleepers(naps)) and not below(warm.pid)


def test_a_killed_parent_is_replaced_and_the_run_that_lost_it_is_made_again(tmp_path, warm):
    mark = tmp_path / "first"
    cell = f"import os, signal, pathlib\nmark = pathlib.Path({str(mark)!r})\nif not mark.exists():\n    mark.touch()\n    os.kill(os.getppid(), signal.SIGKILL)\n    import time; time.sleep(30)\nprint('made')"
    old = warm.pid
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", cell), {}, kernels=warm)
    assert mark.exists() and run.failure is None and texts(run) == ["made\n"]
    assert warm.pid != old and not psutil.pid_exists(old)
    between = warm.pid
    os.kill(between, signal.SIGKILL)
    assert run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {}, kernels=warm).failure is None
    assert warm.pid not in (old, between) and not warm.why_not


def test_a_notebook_that_kills_its_parent_each_time_fails_dies_with_it_and_the_next_run_is_well(tmp_path):
    pids = tmp_path / "pids"
    cell = f"""
import os, signal, time
print(os.getpid(), file=open({str(pids)!r}, 'a'))
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(60)
"""
    killer = write_notebook(tmp_path / "k.ipynb", cell)
    with WarmParent() as parent:
        run = run_notebook(killer, {}, kernels=parent)
        assert (run.failure.cell, run.failure.name) == (2, "DeadKernelError")
        ran = [int(row) for row in pids.read_text().split()]
        assert len(ran) == 2 and gone(lambda: [one for one in ran if psutil.pid_exists(one)], 5)
        assert run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {}, kernels=parent).failure is None
        assert not parent.why_not


def test_a_parent_that_cannot_start_is_said_once_and_kernels_start_cold(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pandas'] = None", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path[1:]]))
    with WarmParent() as parent:
        assert not parent.is_ready()
        assert "pandas" in parent.why_not
        run = run_notebook(write_notebook(tmp_path / "n.ipynb", "print(x)"), {}, kernels=parent)
        assert run.failure is None and texts(run) == ["1\n"]


def test_a_machine_without_room_for_another_process_starts_kernels_cold_or_says_so(monkeypatch):
    def none(*_, **__):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("ita_analysis.run.warm.subprocess.Popen", none)
    with WarmParent() as parent:
        assert "Resource temporarily unavailable" in parent.why_not and not parent.is_ready()


def test_an_interrupt_while_asking_leaves_no_stale_answer(monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    with WarmParent() as parent:
        assert parent.is_ready()
        assert (
            parent.ask({"do": "end", "pid": 0, "all": True}) == {}
        )  # there is no kernel yet: nothing ends, not even we
        old = parent.pid
        with monkeypatch.context() as patched:
            patched.setattr("ita_analysis.run.warm.json.loads", interrupted)
            with pytest.raises(KeyboardInterrupt):
                parent.ask({"do": "end", "pid": 0, "all": True})
        assert parent.is_ready() and parent.pid != old


def test_parents_that_die_in_a_row_are_given_up(monkeypatch):
    started = []

    def dead(*_, **__):
        started.append(1)
        return real([sys.executable, "-c", ""])

    real = subprocess.Popen
    monkeypatch.setattr("ita_analysis.run.warm.subprocess.Popen", dead)
    with WarmParent() as parent:
        assert not parent.is_ready() and parent.why_not
        assert len(started) == DEATHS


def test_on_a_plain_machine_kernels_start_cold_and_the_outputs_are_the_same(tmp_path, warm, monkeypatch):
    path = write_notebook(tmp_path / "n.ipynb", "print(x)", "import pandas as pd; pd.DataFrame({'x': [x]})")
    forked = run_notebook(path, {"x": 3}, kernels=warm)
    monkeypatch.setenv("ITA_PLAIN", "1")
    with WarmParent() as parent:
        assert "ITA_PLAIN" in parent.why_not and not parent.is_ready()
        assert parent.pid == 0
        plain = run_notebook(path, {"x": 3}, kernels=parent)
    assert as_bytes(plain.notebook) == as_bytes(forked.notebook)


WORKER = """
import sys
from pathlib import Path
from ita_analysis.run.notebook import run_notebook
from ita_analysis.run.warm import WarmParent
with WarmParent() as parent:
    parent.is_ready()
    print(parent.pid, parent.folder, flush=True)
    run_notebook(Path(sys.argv[1]), {}, kernels=parent)
"""


def test_a_killed_worker_leaves_no_process_no_socket_and_no_folder(tmp_path):
    naps = f"63.{os.getpid()}{time.monotonic_ns()}"
    started = tmp_path / "started"
    cell = f"import subprocess, time\nsubprocess.Popen(['sleep', '{naps}'], start_new_session=True)\nopen({str(started)!r}, 'w').close(); time.sleep(60)"
    path = write_notebook(tmp_path / "n.ipynb", cell)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", WORKER, str(path)], env=environment, stdout=subprocess.PIPE) as worker:
        pid, folder = worker.stdout.readline().decode().split()
        assert gone(lambda: not started.exists(), 30)
        family = below(worker.pid)
        assert len(family) >= 3 and list(Path(folder).iterdir())
        worker.kill()
    assert gone(lambda: [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE])
    assert gone(lambda: sleepers(naps)) and gone(lambda: Path(folder).exists())
    assert not psutil.pid_exists(int(pid)) or psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE


def test_a_worker_killed_while_its_parent_warms_up_leaves_nothing():
    begin = "import time; from ita_analysis.run.warm import WarmParent; w = WarmParent().__enter__(); print(w.pid, w.folder, flush=True); time.sleep(60)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", begin], env=environment, stdout=subprocess.PIPE) as worker:
        pid, folder = worker.stdout.readline().decode().split()
        worker.kill()
    assert gone(lambda: psutil.pid_exists(int(pid)) or Path(folder).exists(), 30)


def test_runs_leave_no_zombie_no_descriptor_no_thread_and_no_file(tiny, warm, tmp_path):
    def held():
        own = psutil.Process()
        return own.num_fds(), own.num_threads(), psutil.Process(warm.pid).num_fds(), len(below())

    tiny("print(x)")
    before = held()
    for number in range(25):
        tiny("print(x)" if number % 5 else "1/0")
    assert held() == before
    assert not list(Path(warm.folder).iterdir())


def test_a_closed_parent_is_gone_with_its_folder():
    with WarmParent() as parent:
        assert parent.is_ready()
        pid, folder = parent.pid, parent.folder
        assert Path(folder).is_dir()
    assert not psutil.pid_exists(pid) and not Path(folder).exists()


def test_a_flood_costs_the_worker_little_memory(tmp_path):
    script = """
        import resource, sys
        from pathlib import Path
        from ita_analysis.run.limits import MEGABYTE, Limits
        from ita_analysis.run.notebook import run_notebook
        from ita_analysis.run.warm import WarmParent
        with WarmParent() as parent:
            run_notebook(Path(sys.argv[1]), {}, kernels=parent)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for path in sys.argv[2:]:
                failure = run_notebook(Path(path), {}, limits=Limits(cell_s=30, output_bytes=4 * MEGABYTE), kernels=parent).failure
                assert failure is not None, path  # by the limit of outputs, or its kernel ran out of memory first
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    paths = [
        write_notebook(tmp_path / f"{name}.ipynb", cell)
        for name, cell in {
            "well": "x",
            "one": "print('x' * 100_000_000)",
            "many": "while True: print('x' * 1_000_000)",
        }.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, paths)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100_000  # kB
