# Each target does its own set-up: see docs/design/bootstrap.md. `make up ARGS="--bind :8000"` passes options on.
SHELL := /bin/bash
PYTHON := $(shell command -v python3 || echo /usr/bin/python3)
BOOTSTRAP = @$(PYTHON) tools/bootstrap.py
ARGS ?=
# A folder of real notebooks for `make bench`, with pairs/NAME/a.ipynb, b.ipynb and merges/NAME/base.ipynb, ...
NOTEBOOKS ?=
PAIRS = $(addsuffix /pairs,$(NOTEBOOKS))
MERGES = $(addsuffix /merges,$(NOTEBOOKS))
BENCHMARKS = "diff.py $(PAIRS)" "merge.py $(MERGES)" "git.py $(PAIRS)" history.py save.py kernel.py journal.py rooms.py proxy.py load.py

.PHONY: help up test test-quick fuzz torture story lint format bench lab docs lock
help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

up: ## open the hotel
	$(BOOTSTRAP) hotel -- nbhotel up $(ARGS)

test: ## run all tests
	$(BOOTSTRAP) test -- python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-quick: ## run the tests that take no more than a minute and a half together
	$(BOOTSTRAP) dev -- python -m pytest -n 2 --dist loadfile -m "not slow and not browser" $(ARGS)

fuzz: ## feed mutated notebooks to everything that reads notebooks: ARGS="--seeds 10000"
	$(BOOTSTRAP) dev -- python -m tests.fuzz.run $(ARGS)

torture: ## kill git and its filter, and feed mutated notebooks to its drivers: ARGS="--kills 200"
	$(BOOTSTRAP) dev -- python tools/git_torture.py $(ARGS)

story: ## a day with notebooks in git, as a table: which outputs are on disk and in git
	$(BOOTSTRAP) dev -- python tools/git_story.py

lint: ## check format, style, types and who imports whom
	$(BOOTSTRAP) dev -- tools/lint

format: ## format the code
	$(BOOTSTRAP) dev -- bash -c 'ruff check --quiet --fix --select I && ruff format --quiet'

bench: ## measure nbhotel and its peers side by side: NOTEBOOKS=FOLDER for real notebooks as well
	$(BOOTSTRAP) test -- bash -c 'bench/setup && python bench/browser.py $(ARGS)'
	$(BOOTSTRAP) hotel -- bash -c 'for each in $(BENCHMARKS); do python bench/$$each $(ARGS) || exit; done'

lab: ## build the extension for JupyterLab, which is committed
	$(BOOTSTRAP) dev -- python tools/lab.py

docs: ## generate the reference of the command line
	$(BOOTSTRAP) dev -- python tools/cli_reference.py docs/cli.md

lock: ## resolve the newest versions of all packages
	$(BOOTSTRAP) lock
