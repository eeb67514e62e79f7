# One word per habit. Each is written as plain commands in the README too.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check audit screens bench demo install install-dev browser clean

run: install
	$(BIN)/kpidash demo
	$(BIN)/kpidash serve

test: install-dev browser
	$(BIN)/python -m pytest

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: install-dev
	mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.txt --output-reproducible --output-file build/sbom.json
	$(BIN)/python .ci/known_holes.py

screens: install-dev browser
	$(BIN)/python -m tests.e2e.screens

bench: install-dev
	$(BIN)/python -m bench

demo: install
	$(BIN)/kpidash demo

install: .venv/installed
install-dev: .venv/installed-dev

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

browser: install-dev
	$(BIN)/python -m tests.e2e.browser

clean:
	rm -rf .venv build data/*.db data/*.db-*
