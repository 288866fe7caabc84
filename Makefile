# Everything that is done with this folder. Needs Python 3.11 with venv and pip; no servers and no containers.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test check style types imports generated bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED) ## fetch packages and Kafka's jars by lock; the command is then .venv/bin/domnaer

$(INSTALLED): requirements.lock pyproject.toml domnaer/embedded/kafka.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	$(BIN)/python -m domnaer.embedded.jars
	touch $@

demo: install ## start everything and replay published history at 1:20; ARGS="--full --no-serve" for more
	$(BIN)/domnaer demo $(ARGS)

test: install ## run all tests on embedded servers; PYTEST="tests/border -k handover" for some
	$(BIN)/python -m pytest $(PYTEST)

# The tests come last, so that what takes seconds fails first.
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

bench: install ## measure against floors of the same run; BENCH=relay for one
	@for each in $(or $(BENCH),$(patsubst bench/%.py,%,$(shell grep -l 'from bench.report' bench/*.py))); do \
		echo "bench/$$each.py"; $(BIN)/python -m bench.$$each || exit 1; \
	done

clean: ## remove the environment and all caches; data folders stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
