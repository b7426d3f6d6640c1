# Chargehand: the front door. `make help` lists every target. Nothing but Python (3.11 or newer) and make is needed:
# Node, which builds the web control centre, is taken from PATH, or else from the pinned set.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first of these that is new enough; `make PYTHON=/path/to/python ...` overrides it.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in $(PYTHONS); do "$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
UI := $(BIN)/python -m tools.ui_build
# Exit 3 says that Node is needed and missing: it is installed then, once, and only then.
with_node = $(UI) $(1) || { [ $$? -eq 3 ] && echo "taking Node from the pinned set ..." >&2 && \
  $(PIP) --require-hashes -r requirements/node.txt && $(UI) $(1); }
# The key names what the environment was made from, the folder included: a copied checkout sets itself up again.
KEY := $(shell { cat requirements/dev.txt pyproject.toml; pwd; } | cksum | tr -d ' ')
READY := $(VENV)/.ready-$(KEY)

.PHONY: help setup ui run test check lint types floors web browser chromium smoke screenshots house fmt generate docs \
  bench sim soak lock clean

help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make the environment (instant when nothing changed)

$(READY):
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c '$(NEW_ENOUGH)'; then \
	  echo "chargehand needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; fi
	@if ! $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then rm -rf $(VENV); \
	  "$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "This Python cannot make virtual environments (on Debian and Ubuntu: install python3-venv)." >&2; exit 1; }; fi
	@echo "setting up $(VENV) from the pinned set (once; a minute or two) ..." >&2
	@$(PIP) --require-hashes -r requirements/dev.txt
	@CHARGEHAND_SKIP_UI=1 $(PIP) --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.ready-* && touch $@

ui: setup ## build the web control centre (instant when web/ has not changed; CHARGEHAND_SKIP_UI=1 does without)
	@$(call with_node)

run: ui ## serve the main job: simulated fleet, SQLite, no keys (ARGS="--port 9000 ...")
	@$(BIN)/chargehand up $(ARGS)

test: setup lint types floors web ## everything: lint, types, floors, generated files, every test (some 15 min)
	$(BIN)/python -m tools.generate --check
	$(PYTEST) -p no:playwright --ignore=tests/browser $(ARGS)
	@$(MAKE) --no-print-directory browser ARGS=

check: setup lint types ## the quick part, while you work (<= 90 s)
	$(PYTEST) tests/unit tests/house tests/contracts -q -m "not slow and not postgres and not process" $(ARGS)

lint: setup ## style and format, nothing is changed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## strict type checking of source, tests, tools and benches
	$(BIN)/python -m mypy

floors: setup ## imports only point down
	@$(BIN)/lint-imports --no-logo

web: ui ## the web control centre: types, unit tests, generated files current
	@$(call with_node,--run check)
	@$(call with_node,--run test)
	@$(call with_node,--run generate -- --check)

browser: ui chromium ## the stories a user lives, in a real browser and in a process of their own
	@if [ -n "$$CHARGEHAND_SKIP_UI" ]; then echo "browser tests skipped: CHARGEHAND_SKIP_UI is set" >&2; \
	  else $(PYTEST) tests/browser $(ARGS) || { test $$? -eq 1 && \
	  echo "what failed is played once more, by itself: a story that holds now was disturbed by the others" >&2 && \
	  $(PYTEST) tests/browser --last-failed --last-failed-no-failures none; }; fi

chromium: ## a browser for the tests: the one that CHROMIUM names, or one on PATH, or (Debian, as root) installed
	@sh tools/chromium.sh

smoke: ui chromium ## one engine from end to end: fleet, denial with its code, clamp, selector, reconnect
	$(PYTEST) tests/browser/test_smoke.py $(ARGS)

screenshots: ui chromium ## take the pictures of README and docs again, from the seeded demo
	$(BIN)/python -m tools.screenshots $(ARGS)

house: setup ## what the house tests find, and how big everything is
	@$(BIN)/python -m tools.house

fmt: setup ## format, and mend what can be mended
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

generate: setup ## write every generated file again
	$(BIN)/python -m tools.generate

docs: setup ## reference pages current, links and commands in every page true
	$(BIN)/python -m tools.generate --check
	$(PYTEST) tests/house -q -k "docs or links or commands or plans or architecture or contributing"

BENCHES := rule_stage physics_verdicts clamp_repair durable_decisions http_decision telemetry_ingest telemetry_with_decisions twin_speed gcode dashboard
bench: setup ## every measurement, one after another (some 25 min; BENCHES="rule_stage" for one)
	@for bench in $(BENCHES); do echo "== $$bench"; $(BIN)/python -m bench.$$bench $(BENCH_ARGS) || exit 1; done

SEEDS ?= 200
sim: setup ## the whole engine under seeded crashes (SEEDS=200)
	$(BIN)/python -m chargehand.testing.simulate --seeds $(SEEDS) $(ARGS)

soak: setup ## long runs: many seeds, and every property with many examples
	$(BIN)/python -m chargehand.testing.simulate --seeds 20000
	$(PYTEST) tests/unit tests/stateful tests/conformance --hypothesis-profile=soak --timeout=3600

lock: ## pin the dependency set with hashes (no index address is recorded)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-emit-find-links \
	  --no-emit-index-url --no-header --group dev --extra postgres pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-emit-find-links \
	  --no-emit-index-url --no-header --group node -o requirements/node.txt

clean: ## remove the environment and every cache (your data folder stays)
	rm -rf $(VENV) build dist web/node_modules src/chargehand/api/ui .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
