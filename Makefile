# The project's commands. Each sets up .venv first, from the pinned and hashed requirements.lock;
# a second call finds it there and installs nothing.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
#: Programs that turn documents into text, for the tests alone, apart from the program's own packages.
CONVERTERS := build/converters
#: What reads pages that are pictures (the extra `ocr`, 300 MB), for the tests alone.
OCR := build/ocr
export OGI_DAGSTER_HOME ?= $(CURDIR)/.dagster
export DAGSTER_HOME = $(OGI_DAGSTER_HOME)

.PHONY: help setup converters ocr ingest test test-rest test-all test-endurance lint accuracy bench ui docs lock clean

#: The tests that need nothing but .venv and minutes; the rest wants programs of Debian's and takes longer.
FAST := tests/unit tests/pipeline tests/cli
#: Two workers on two cores. A worker that has nothing left takes tests of the other's.
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(READY)  ## make .venv from the lock file

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is none: make PYTHON=/path/to/python3.11"; exit 1; }
	@tools/setup.sh .venv requirements.lock $(PYTHON)
	@if test -x $(BIN)/pip; then $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
		else uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; fi
	@touch $@

converters: $(CONVERTERS)/ready  ## the programs that the tests convert documents with, in an environment of their own

$(CONVERTERS)/ready: tests/converters/requirements.lock
	@tools/setup.sh $(CONVERTERS) tests/converters/requirements.lock $(PYTHON)
	@touch $@

ocr: $(OCR)/ready  ## what reads scans, for its tests, in an environment of its own

$(OCR)/ready: tests/scans/requirements.lock
	@tools/setup.sh $(OCR) tests/scans/requirements.lock $(PYTHON)
	@touch $@

ingest: $(READY)  ## read data/raw into data/warehouse/ogi.duckdb
	@echo "Reading data/raw into data/warehouse/ogi.duckdb. It starts within seconds; 20,000 reports take some minutes." >&2
	@$(BIN)/ogi ingest

test: $(READY) lint  ## lint, types and the fast tests: minutes, with nothing but Python
	$(PYTEST) $(FAST)
	@echo "This was the fast part. \`make test-all\` tests exports, lakes, stores, several machines, the site in a browser, deployments," \
		"kills and faults too; it needs chromium, fonts-noto-cjk, libreoffice-writer, poppler-utils, postgresql and redis-server (.ci/run installs them)."

test-rest: $(READY)  ## the tests that the fast part leaves out: needs chromium, postgresql, redis-server, libreoffice
	$(PYTEST) $(FAST:%=--ignore=%)

test-all: test test-rest  ## every test

test-endurance: $(READY)  ## the tests of kills, accidents, damage and sequences of nights, all of their tries
	OGI_TEST_ENDURANCE=full $(PYTEST) tests/endurance tests/services

lint: $(READY)  ## ruff, mypy and which way imports point
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

accuracy: $(READY)  ## cells right, named, lost and wrong, by layout, slip and converter
	@$(BIN)/python -m tests.accuracy

bench: $(READY)  ## speed, memory and size, against the floor: make bench SIZES="1000 10000 100000"
	@$(BIN)/python -m bench --sizes $(or $(SIZES),1000 10000)

ui: $(READY)  ## the Dagster UI on 127.0.0.1:3000 (PORT=3001: another port)
	@$(BIN)/python -m pipeline.cli.dagster_ui --port $(or $(PORT),3000)

docs: $(READY)  ## the documentation as a site in build/docs, built strictly and without a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open build/docs/index.html, or with the search: $(BIN)/python -m http.server --directory build/docs"

lock: $(READY)  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-strip-extras --extra dev \
		--quiet --output-file requirements.lock pyproject.toml
	for part in converters scans; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras \
			--quiet --output-file tests/$$part/requirements.lock tests/$$part/requirements.in || exit 1; \
	done

clean:  ## remove all that can be made again
	rm -rf .venv .dagster build data/staging data/warehouse/*.duckdb .mypy_cache .pytest_cache .ruff_cache .hypothesis
