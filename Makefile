# Every target creates what it needs: a fresh machine has Python >= 3.11, make, git and a package index.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PYTHONUTF8 := 1

.PHONY: demo test test-pages test-shared lab bench faults mutate check clean

demo: $(READY)            ## make the demo packs and say where they lie
	$(BIN)/ita demo

test: $(READY)            ## the suite that needs only the environment
	$(BIN)/python -m pytest tests ita_analysis -n 2 --dist loadfile

test-pages: $(READY)      ## browser, PDF readers, Word; needs Chromium, poppler, Node, LibreOffice (.ci/run installs them)
	$(BIN)/python -m pytest tests/pages -m pages

test-shared: $(READY)     ## against the real documents beside the repository, where there are any
	$(BIN)/python -m pytest tests/shared -m shared

lab: $(READY)             ## JupyterLab on a copy of the exploring notebook; LAB="--no-browser" and other options of it
	$(BIN)/python -m ita_analysis.lab.desk $(LAB)

bench: $(READY)           ## what things cost, as ratios of one run; writes outputs/bench/
	$(BIN)/python tests/bench/one_brief.py
	$(BIN)/python tests/bench/batch.py
	$(BIN)/python tests/bench/batch_parts.py
	$(BIN)/python tests/bench/run_page.py
	$(BIN)/python tests/bench/cluster.py
	$(BIN)/python tests/bench/lab.py

faults: $(READY)          ## kill and damage a batch by the hundred, and say how often
	$(BIN)/python -m pytest tests/faults -m faults -s

mutate: $(READY)          ## break one rule at a time and see which tests notice
	$(BIN)/python tests/mutate.py

check: $(READY)           ## format, lint, types, rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:                    ## remove what the targets made
	rm -rf .venv outputs/*/

# Everything comes from the lock file; a half-made environment is made again.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (make PYTHON=python3.12 ...)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
