.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup dev demo run test simulate check format lock translations clean

help: ## Show what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: $(VENV)/.base ## Build the environment that runs the product
dev: $(VENV)/.dev ## Build the environment that tests it, too

$(VENV)/.base: requirements.lock pyproject.toml
	@scripts/environment requirements.lock $(VENV)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@scripts/environment requirements-dev.lock $(VENV)
	@touch $(VENV)/.base $@

demo: setup ## Lead to cash on demo data: ONCE=1 exits after the table, DATA=DIR imports CSV, READY=FILE for scripts
	@$(BIN)/saumaton demo $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)") $(if $(READY),--ready "$(READY)")

run: setup ## Serve CRM, Financials and a worker on the data in var/
	@$(BIN)/saumaton serve

test: dev ## Install what tests need and run everything
	@scripts/test

simulate: dev ## Random histories of the whole engine: SEEDS=10000, replay one with FIRST_SEED=n SEEDS=1
	@SEEDS=$(or $(SEEDS),10000) $(BIN)/pytest tests/sync/simulator -q

check: dev ## Lint, types, import rules and the largest files
	@scripts/check

format: dev ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: dev ## Make the lock files anew: versions and hashes, no addresses
	@scripts/lock

translations: dev ## Collect the texts of every room into its Finnish catalogue
	@$(BIN)/saumaton translations collect

clean: ## Remove the environment and the demo's data
	rm -rf $(VENV) var build dist
