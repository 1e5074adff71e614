# Parley: one set of commands. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/parley

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test unit test-vllm demo check bench lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.parley models ## install into .venv, fetch and verify the models

setup-dev: $(VENV)/.parley-dev models-test ## the same, with what the tests and checks need

run: setup ## answer calls (Ctrl-C ends it)
	@$(BIN)/parley serve --config config.yaml

test: setup-dev ## format, types and every test, with the real Asterisk, models and speech
	@scripts/test

unit: $(VENV)/.parley-dev ## the tests that need neither models nor Asterisk (seconds)
	@$(BIN)/pytest -q -m "not live"

test-vllm: setup-dev ## optional: the conformance test of a real vLLM server (installs 3.5 GB)
	@$(BIN)/pytest -m vllm tests/live/test_vllm.py

demo: setup ## place a scripted call to a Parley of its own and show every turn
	@$(BIN)/parley demo

check: setup ## validate config.yaml and every dialplan
	@$(BIN)/parley check --config config.yaml

bench: setup ## measure recognition and voices on this machine
	@$(BIN)/parley bench asr
	@$(BIN)/parley bench tts

lock: $(VENV)/.parley-dev ## pin every dependency with its hashes
	@scripts/lock

clean: ## remove .venv and what tools leave behind (models stay in ~/.cache/parley)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: models models-test
models: $(VENV)/.parley
	@$(BIN)/parley models pull default

models-test: $(VENV)/.parley-dev
	@$(BIN)/parley models pull default test

$(BIN)/python:
	@scripts/python-check $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.parley: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.parley-dev: $(VENV)/.parley requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
