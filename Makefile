# The front door. `make help` lists what there is; every target makes .venv and installs what it needs by itself.

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench promises docs clean environment-run environment-dev

BIN := .venv/bin
ARGS ?=
WORKERS ?= 2
export PYTHON
# Absolute, for the commands that the tests start in folders of their own.
export COVERAGE_FILE := $(CURDIR)/build/coverage/data

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'ARGS="..." goes on to the tool: make test ARGS="-k gate"; PYTHON=... names the interpreter of a new .venv.'

demo: environment-run ## generate a CRM whose truth is known in demo/, then check, train, gate and score it
	@$(BIN)/mqlgate demo demo $(ARGS)

test: environment-dev ## unit, property and system tests, with the coverage that they reach (no promises)
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest -q -n $(WORKERS) --dist loadfile -m "not promise" $(ARGS)
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --format=total | sed 's/.*/Coverage of src\/mqlgate, lines and branches: & % (by file: .venv\/bin\/coverage report)/'

lint: environment-dev ## ruff (lint and format) and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@echo "lint: ruff check, ruff format and mypy --strict are clean"

format: environment-dev ## format the code, and mend what ruff can mend safely
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: environment-run ## every benchmark, each line a ratio against a named baseline of the same run
	@$(BIN)/python benchmarks/run.py $(ARGS)

promises: environment-dev ## every statistical promise, whole; takes up where it was stopped
	@$(BIN)/python tests/promises/runner.py $(ARGS)

docs: environment-run ## write the pages of docs/ that are generated from the code
	@$(BIN)/python docs/build.py $(ARGS)

clean: ## remove what was built; .venv and the table of kept promises stay
	@rm -rf demo dist build/coverage build/tests .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
	@echo "clean: removed demo/, dist/, build/coverage, build/tests and the caches; kept .venv and build/promises"

environment-run:
	@.ci/environment run

environment-dev:
	@.ci/environment dev
