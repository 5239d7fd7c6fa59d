# One gate: `make check`. Everything else calls `setup`, which builds .venv from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements/uv.txt requirements/run.txt requirements/dev.txt
STAMP := $(VENV)/.locked

.DEFAULT_GOAL := help
.PHONY: help setup demo sandbox run test check format lint types contracts bench soak lock clean

help: ## Show what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

$(STAMP): $(LOCKS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip sync --quiet --system-certs --python $(BIN)/python --require-hashes requirements/dev.txt requirements/uv.txt
	@touch $@

setup: $(STAMP) ## Create .venv from the lock files

demo: setup ## Play the main job with no credentials, and print the conversation
	$(BIN)/python -m sandbox.demo

sandbox: setup ## Serve the simulated Discord and Oxen to a browser
	$(BIN)/python -m sandbox.page

run: setup ## Run the bot with the settings of .env
	$(BIN)/python -m bot

test: setup ## Run the tests
	$(BIN)/python -m pytest

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

check: lint types contracts test ## The one gate: format, lint, types, import contracts, tests

bench: setup ## Measure what benchmarks/README.md reports
	$(BIN)/python -m benchmarks

soak: setup ## Run 1,000 jobs through random faults and restarts: make soak SEED=1 JOBS=1000
	$(BIN)/python -m sandbox.soak --jobs $(or $(JOBS),1000) $(if $(SEED),--seed $(SEED))

lock: setup ## Write the lock files anew from pyproject.toml
	echo uv | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade - -o requirements/uv.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artefacts
