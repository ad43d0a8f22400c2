# The usual commands. `make` lists them.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: help fast check fix docs

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

fast: $(VENV)/pytest  ## quick unit tests and ruff
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/pytest tests/unit --ignore=tests/unit/demo/strict --ignore-glob='*_fuzz.py' --ignore-glob='*/test_srp.py'

check:  ## everything that a change must pass
	.ci/run

fix: $(VENV)/ruff  ## let ruff fix and format
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

docs: $(VENV)/python  ## write the generated pages and pictures again
	$(VENV)/python docs/keys.py
	$(VENV)/python docs/pictures.py
	$(VENV)/python -m tests.integration.flows_page
	$(VENV)/python -m tests.integration.emulators_page

$(VENV)/pytest $(VENV)/ruff $(VENV)/python:
	$(PYTHON) -m venv .venv
	$(VENV)/pip install -q -e '.[dev]'
