# make run                          the dashboard on the sample corpus
# make run CORPUS=path/to/articles  on a folder of your own, PORT=8502 on another port
# make test                         everything, the browser included
# make check                        format, lint, types, doctests, tests: what a commit must pass

PORT ?= 8501
CORPUS ?= $(or $(ARTICLE_ATLAS_CORPUS),seeds)
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PRODUCT := $(VENV)/.product-installed
TOOLS := $(VENV)/.tools-installed
RIVALS := $(VENV)/.rivals-installed

.PHONY: install run test test-thorough check format bench lock clean
.DEFAULT_GOAL := run

install: $(PRODUCT)

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Article Atlas needs Python 3.11 or newer; found: $$(python3 --version 2>&1)." >&2; \
		echo "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(PRODUCT): requirements.lock | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(TOOLS): requirements-dev.lock $(PRODUCT) | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Not locked: they are measured, not used. Plain pip leaves the versions of the product as they are.
$(RIVALS): requirements-bench.txt $(TOOLS) | $(BIN)/python
	$(PIP) install -r requirements-bench.txt
	@touch $@

run: install
	ARTICLE_ATLAS_CORPUS="$(CORPUS)" $(BIN)/python -m streamlit run dashboard.py --server.port "$(PORT)"

test: $(TOOLS)
	CHROMIUM="$$($(BIN)/python scripts/browser.py)" && export CHROMIUM && $(BIN)/python -m pytest geo tests --numprocesses auto --dist loadfile

# The same with nothing cut short: every moment a writer is killed at, fifty corrections, both languages everywhere.
test-thorough:
	ARTICLE_ATLAS_THOROUGH=1 $(MAKE) --no-print-directory test

check: $(TOOLS)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict geo
	$(MAKE) --no-print-directory test

format: $(TOOLS)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(RIVALS)
	for script in benchmarks/*.py; do PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done

# The exact versions for every platform, with their hashes. Needs uv; installing needs only pip.
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --upgrade

lock:
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock

clean:
	[ ! -d .atlas ] || find .atlas -mindepth 1 -maxdepth 1 ! -name '*.corrections.jsonl' -exec rm -rf {} +
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build ./*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
