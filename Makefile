# The commands of the project. `make run` starts the program, `make test` proves it.
SHELL := /bin/sh
VENV := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run setup test test-deps trial lint shots bench pins clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## / — /'

run: ## set up what is missing and start (PORT, HOST, XIAOGUAN_DATA, DATABASE_URL)
	@exec sh scripts/with-python scripts/run.py

setup: ## set up without starting
	@exec sh scripts/with-python scripts/run.py --only-setup

test: ## all tests, on SQLite and PostgreSQL
	@exec sh scripts/with-python scripts/test.py

test-deps: ## what tests need: Chromium, PostgreSQL, fonts (Debian) and the Python tools
	@exec sh scripts/test-deps

trial: ## volume and crash trials
	@exec sh scripts/with-python scripts/test.py --trial

lint: ## style, types, arrows
	@exec sh scripts/with-python scripts/lint.py

shots: ## a picture of every page under test-results/screenshots
	@exec sh scripts/with-python scripts/shots.py

bench: ## the comparisons in benchmarks/
	@exec sh scripts/with-python scripts/bench.py

pins: ## pin the requirements again, with hashes
	@exec sh scripts/pins

clean: ## remove everything that set-up made; data/ stays
	rm -rf .venv node_modules .cache src/xiaoguan/ui/static/ui/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find src tests -name '*.mo' -delete
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
