# `make` alone lists every target. On Windows each one is a `cmo` command: docs/windows.md
.DEFAULT_GOAL := help
.PHONY: help setup reports run notify test test-all coverage lab translations ingest sample doctor lock docs pin format bench
PYTHON ?= python3
BIN := .venv/bin
CMO := $(BIN)/cmo
COMPANY ?=
PERIOD ?=
MARKET ?=
LANGUAGE ?=
NOTEBOOK ?=
RITUAL ?=
GATE ?=
EML ?=
PPTX ?=
JOBS ?= 2
OPTIONS = $(if $(COMPANY),--company $(COMPANY)) $(if $(PERIOD),--period $(PERIOD)) $(if $(MARKET),--market $(MARKET)) \
	$(if $(LANGUAGE),--language $(LANGUAGE)) $(if $(NOTEBOOK),--notebook $(NOTEBOOK)) \
	$(if $(RITUAL),--ritual $(RITUAL)) $(if $(GATE),--gate $(GATE)) $(if $(EML),--eml) $(if $(PPTX),--pptx) --jobs $(JOBS)

help:  ## List every target
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.ready  ## Make .venv with every pinned package (uv when it is there, else venv and pip)

.venv/.ready: requirements.lock pyproject.toml
	@rm -f $@
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
		"$(PYTHON)" -m venv .venv && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

reports: setup  ## Write the report: COMPANY= PERIOD= MARKET= LANGUAGE= RITUAL= GATE= JOBS= choose, all have defaults
	@$(CMO) reports $(OPTIONS)

run: setup  ## Run notebooks again on the tidy tables there are; NOTEBOOK=crm/01-retention-cohorts runs one
	@$(CMO) run $(OPTIONS)

notify: setup  ## Post the last report, or with RITUAL=daily the daily message, to Slack or Teams (docs/scheduling.md)
	@$(CMO) notify $(if $(COMPANY),--company $(COMPANY)) $(if $(PERIOD),--period $(PERIOD)) $(if $(MARKET),--market $(MARKET)) \
		$(if $(LANGUAGE),--language $(LANGUAGE)) $(if $(RITUAL),--ritual $(RITUAL))

ingest: setup  ## Turn a company's raw exports into tidy tables; COMPANY= chooses
	@$(CMO) ingest $(if $(COMPANY),--company $(COMPANY))

sample: setup  ## Make the sample company in data/sample again (another world: cmo sample --seed 7 --out DIR)
	@$(CMO) sample

test: setup  ## Every test, the notebooks' own (nbval) included
	@$(CMO) test

test-all: setup  ## The same on every supported Python that is installed (3.11, 3.12, 3.13)
	@$(CMO) test-all

coverage: setup  ## Do the intervals cover? 200 redraws a method (minutes, not part of the tests)
	@$(CMO) coverage

bench: setup  ## Speed and memory beside rivals, as tables (needs 8 GB of disk for a while)
	@$(CMO) bench

lab: setup  ## Open JupyterLab on the notebooks; LANGUAGE=fr opens translated copies
	@$(CMO) lab $(if $(LANGUAGE),--language $(LANGUAGE))

translations: setup  ## Bring the catalogues of translations up to date, and list what has none yet
	@$(CMO) translations

doctor: setup  ## Check the installation and a company's folder
	@$(CMO) doctor $(if $(COMPANY),--company $(COMPANY))

lock: setup  ## Pin every package again from pyproject.toml (needs uv)
	@$(CMO) lock

docs: setup  ## Write docs/tables.md and docs/kpis.md again from the code
	@$(CMO) docs

pin: setup  ## Store the notebook outputs that the tests compare, after a figure changed on purpose
	@$(CMO) pin

format: setup  ## Put code and notebooks in order (ruff; outputs of notebooks that are not pinned are removed)
	@$(CMO) format
