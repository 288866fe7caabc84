# Install, run, test and measure Domnaer. Needs Python 3.11 or later with venv and pip; no servers and no containers.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST ?=
# The servers of the tests: embedded, or containers.
export SERVERS ?= embedded

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test check style types imports generated bench chaos screenshots clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED) ## install packages and Kafka's jars from lock files; the command is .venv/bin/domnaer

$(INSTALLED): requirements.lock pyproject.toml domnaer/embedded/kafka.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	$(BIN)/python -m domnaer.embedded.jars
	touch $@

demo: install ## start all servers and services and load the demo's history at 1:20; ARGS="--full --no-serve" for more
	$(BIN)/domnaer demo $(ARGS)

test: install ## run all tests, one process for each processor; PYTEST="tests/border -k handover" for some; SERVERS=containers for servers in containers
	$(BIN)/python -m pytest $(or $(PYTEST),-n logical --maxprocesses 4)

# The slow tests come last, so that a quick check fails first.
check: style types imports generated test ## what CI runs: format, ruff, mypy, import rules, generated files, tests

style: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports --no-logo

generated: install
	$(BIN)/python -m domnaer.publishing --check
	$(BIN)/python deploy/image_requirements.py

# country needs an hour and 40 GB; it runs only by name.
bench: install ## run the benchmarks, each beside its floor; BENCH=relay for one
	@for each in $(or $(BENCH),$(filter-out country,$(patsubst bench/%.py,%,$(shell grep -l 'from bench.report' bench/*.py)))); do \
		echo "bench/$$each.py"; $(BIN)/python -m bench.$$each || exit 1; \
	done

chaos: install ## kill, stop and starve processes and servers under load, then compare; ARGS="--seed 1 --faults 15" for a shorter run
	$(BIN)/python -m tests.chaos $(ARGS)

screenshots: install ## pictures of every page in .build/screenshots, and the README's, with Debian's Chromium; ARGS="officer" for one person
	$(BIN)/python -m tests.screenshots $(ARGS)

clean: ## remove the environment and all caches; data folders are kept
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
