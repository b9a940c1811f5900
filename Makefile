# Two commands from a clean clone, with only Python 3.11+ and make: `make run`, `make test`.
# A stamp in .venv holds the hash of the lock it was installed from, so a second run starts at once.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
PYTEST_ARGS ?= -n 2

# The newest Python that the locks cover. PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo $$p; break; }; done)

define lock_stamp
$(VENV)/.installed-$(1)-$(firstword $(shell cat requirements-build.txt requirements$(2).txt pyproject.toml | cksum))
endef
RUN_STAMP := $(call lock_stamp,run,)
TEST_STAMP := $(call lock_stamp,test,-test)
DEV_STAMP := $(call lock_stamp,dev,-dev)
SELF_STAMP := $(VENV)/.installed-self-$(firstword $(shell cksum pyproject.toml | cut -d' ' -f1))

.PHONY: help run test check bench lock browser format clean

help:
	@echo 'make run     starts SIP Workflow in training mode on http://$(HOST):$(PORT)'
	@echo 'make test    installs what the tests need and runs them all'
	@echo 'make check   lint, types, layers, dead code, dependencies, spelling'
	@echo 'make bench   measures, into var/bench.json'
	@echo 'make lock    resolves the requirements*.txt anew'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 eller nyare behövs (Python 3.11 or newer is needed): https://www.python.org' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Packages by hash only; then the project itself, editable, built by the locked hatchling.
$(VENV)/.installed-%: | $(BIN)/python
	@case '$*' in \
	run-*) lock=requirements.txt ;; \
	test-*) lock=requirements-test.txt ;; \
	dev-*) lock=requirements-dev.txt ;; \
	self-*) lock= ;; \
	esac; \
	if [ -n "$$lock" ]; then \
		echo "Installerar $$lock (installing; a minute the first time) …"; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-build.txt; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $$lock; \
	else \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi; \
	touch $@

# A venv made from the test or dev lock holds all that running needs: the run lock is not installed over it.
run: export SIP_MODE ?= training
run: export SIP_BASE_URL ?= http://localhost:$(PORT)
run: | $(BIN)/python
	@ls $(TEST_STAMP) $(DEV_STAMP) >/dev/null 2>&1 || $(MAKE) -s $(RUN_STAMP)
	@$(MAKE) -s $(SELF_STAMP)
	@exec $(BIN)/sip serve --init --host $(HOST) --port $(PORT)

test: | $(BIN)/python
	@ls $(DEV_STAMP) >/dev/null 2>&1 || $(MAKE) -s $(TEST_STAMP)
	@$(MAKE) -s $(SELF_STAMP) browser
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(DEV_STAMP)
	@$(MAKE) -s $(SELF_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry .
	$(BIN)/codespell

bench: | $(BIN)/python
	@ls $(DEV_STAMP) >/dev/null 2>&1 || $(MAKE) -s $(TEST_STAMP)
	@$(MAKE) -s $(SELF_STAMP)
	$(BIN)/python -m tests.bench

# The tests of the pages use the system's Chromium (docs/decisions/0009).
browser:
	@$(BIN)/python -m tests.support.browser --install

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One resolution for Python 3.11 and up on every platform; no index address is written into the files.
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'
lock: | $(BIN)/python
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/python -m pip install -q uv
	$(UV_COMPILE) --upgrade pyproject.toml --extra dev -o requirements-dev.txt
	$(UV_COMPILE) pyproject.toml -c requirements-dev.txt -o requirements.txt
	$(UV_COMPILE) pyproject.toml --extra test -c requirements-dev.txt -o requirements-test.txt
	$(UV_COMPILE) requirements-build.in -o requirements-build.txt

clean:
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
