# One gate: `make check`. Everything else calls `setup`, which builds .venv from the lock files.
# Another Python: make test PYTHON=python3.13. Beside the usual one: add VENV=.venv-3.13.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LOCKS := requirements/uv.txt requirements/run.txt requirements/dev.txt
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
STAMP := $(VENV)/.locked-$(VERSION)
# Tests start hundreds of processes: none is to compile the whole program anew because of a setting of the caller's.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Read by Pythons that are too old as well, so it must be a sentence in all of them.
define IS_NEW_ENOUGH
import sys
found = sys.version_info[:2]
if found < (3, 11):
    sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is %d.%d. Name a newer one: make PYTHON=python3.13" % found)
endef
export IS_NEW_ENOUGH

.DEFAULT_GOAL := help
.PHONY: help setup docs texts doctor demo sandbox run test test-all exhaustive pseudo-locale coverage check format lint types contracts compiled bench soak lock clean

help: ## Show what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

$(STAMP): $(LOCKS)
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c "$$IS_NEW_ENOUGH"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip sync --quiet --compile-bytecode --system-certs --python $(BIN)/python --require-hashes requirements/dev.txt requirements/uv.txt
	@touch $@

setup: $(STAMP) ## Create .venv from the lock files

demo: setup ## Play the main job with no credentials, and print the conversation
	$(BIN)/python -m sandbox.demo

sandbox: setup ## Serve the simulated Discord and Oxen to a browser
	$(BIN)/python -m sandbox.page

run: setup ## Run the bot with the settings of .env
	$(BIN)/python -m bot

doctor: setup ## Look at all that the bot needs, without paying anything
	$(BIN)/python -m bot doctor

test: setup ## Run the tests, but for the slow ones
	$(PYTEST) -m "not slow"

test-all: setup ## Run every test
	$(PYTEST)

exhaustive: setup ## Run the tests that `make check` leaves out: every cell, size and hostile file
	$(PYTEST) -m exhaustive

pseudo-locale: setup ## Run the conversations' tests with a bot that speaks the pseudo-locale: no English left, nothing cut
	$(PYTEST) --pseudo-locale tests/cogs tests/models

coverage: setup ## Run every test in twice the time, and report what they cover
	$(PYTEST) --cov --cov-report term:skip-covered

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/hadolint Dockerfile

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

# One core is mypy's alone: the other compiles the tests meanwhile, which each of pytest's workers would do by itself.
check: setup ## The gate of every commit: format, lint, types, import contracts, tests but the exhaustive ones
	@$(MAKE) --no-print-directory --jobs=2 types lint contracts compiled
	$(PYTEST) -m "not exhaustive"

compiled: setup
	-@$(BIN)/python -m pytest --collect-only >/dev/null 2>&1

docs: setup ## Write what is made from the code: docs/settings.md and .env.example
	$(BIN)/python -m bot.operations.settings_page

texts: setup ## Bring the translations up to date with the English source, and check them
	$(BIN)/python -m cogs.ui.texts

bench: setup ## Measure what benchmarks/README.md reports
	$(BIN)/python -m benchmarks

soak: setup ## Run 1,000 jobs through random faults and restarts: make soak SEED=1 JOBS=1000
	$(BIN)/python -m sandbox.soak --jobs $(or $(JOBS),1000) $(if $(SEED),--seed $(SEED))

lock: setup ## Write the lock files anew from pyproject.toml
	echo uv | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade - -o requirements/uv.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean: ## Remove what the other targets made
	rm -rf .venv .venv-* .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artefacts data/demo
