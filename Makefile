# Every task of the house. `make` alone lists them; CI and the pre-commit hooks call the same ones.

PYTHON ?= python3
ADDRESS ?= 127.0.0.1
PORT ?= 8501
ARGS ?=
PROFILE ?= ci

BIN := .venv/bin
BASE := .venv/base.stamp
DEV := .venv/dev.stamp
METRICFLOW := .venv-metricflow/0.213.0.stamp
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock
PROJECT := $(or $(KOUJING_PROJECT),.koujing)

.DEFAULT_GOAL := help
.PHONY: help run test check lint types format lock bench metricflow eval screenshots clean system

help: ## List the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: export KOUJING_PROJECT = $(PROJECT)
run: $(BASE) ## Serve the app on http://localhost:8501 (PORT=, ADDRESS=); build the demo shop if there is no data
	@test -e "$(PROJECT)/warehouse/CURRENT" || $(BIN)/koujing demo
	$(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

test: $(DEV) system ## Run the tests (ARGS='-k refund' chooses)
	$(BIN)/pytest --hypothesis-profile=$(PROFILE) $(ARGS)

check: PROFILE = commit
check: lint types test ## Format check, lint, types and tests: what a commit must pass

lint: $(DEV) ## Check format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV) ## Check types
	$(BIN)/mypy

format: $(DEV) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(DEV) ## Resolve every dependency anew and write requirements.lock
	$(BIN)/python .ci/lock.py requirements.lock

bench: $(DEV) ## Run the benchmarks
	@for name in questions member_growth model_growth ingest compiled_sql app; do $(BIN)/python -m bench.$$name || exit 1; done

metricflow: $(DEV) $(METRICFLOW) ## Compare the speed with MetricFlow's, which gets an environment of its own
	$(BIN)/python -m bench.metricflow_explain

eval: $(DEV) ## Ask the question sets of a demo shop and write docs/evaluation.md
	$(BIN)/python -m docs.write_evaluation

screenshots: $(DEV) system ## Draw the README's pictures anew
	$(BIN)/python -m docs.make_screenshots

clean: ## Remove the virtual environment, caches and build products; the data in .koujing stay
	rm -rf .venv .venv-metricflow build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system: ## Install Chromium, a Chinese font and PostgreSQL, which tests need, where they are missing
	@bash .ci/system-packages

$(BIN)/pip:
	$(PYTHON) -m venv .venv

$(METRICFLOW):
	$(PYTHON) -m venv .venv-metricflow
	.venv-metricflow/bin/pip install --quiet --disable-pip-version-check metricflow==0.213.0
	@touch $@

$(BASE): pyproject.toml requirements.lock | $(BIN)/pip
	$(INSTALL) --editable '.[pictures]'
	@touch $@

$(DEV): pyproject.toml requirements.lock | $(BIN)/pip
	$(INSTALL) --editable '.[dev,sentence-transformers]'
	@touch $@ $(BASE)
