# Everything a person does with Daybook from a checkout. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := costing recorder projections web migrations bench tests
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help install dev browser demo test check format bench assets requirements clean

help: ## List what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements/run.txt pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements/dev.txt $(RUN_STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

install: $(RUN_STAMP) ## Make .venv with the daybook command in it

dev: $(DEV_STAMP) ## Install what building and testing need besides

browser: ## Make sure there is a Chromium for the journeys
	@bash tests/install_chromium.sh

demo: install ## Load the made-up authority and serve it (DEMO_PORT, DAYBOOK_DATA)
	@exec $(BIN)/daybook demo

test: dev browser ## Run every test: stores, PostgreSQL and browser included
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: dev ## Lint, types, layers, migrations, formatting
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m migrations.check

format: dev ## Put the code in the one format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: dev ## Measure, print and write bench/results.md
	$(BIN)/python -m bench

assets: ## Build styles and scripts again (needs Node; what is built is committed)
	cd web/design/source && npm install --ignore-scripts --no-package-lock && npm run build && rm -rf node_modules

requirements: ## Compile the pinned, hashed requirements again (needs uv)
	uv pip compile requirements/run.in -o requirements/run.txt --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11
	uv pip compile requirements/dev.in -o requirements/dev.txt --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11

clean: ## Remove what was built; the data folder stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
