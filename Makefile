# Chargehand: the front door. `make help` lists every target.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help
help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: lock
lock: ## pin the dependency set with hashes (no index address is recorded)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-emit-find-links \
	  --no-emit-index-url --no-header --group dev --extra postgres pyproject.toml -o requirements/dev.txt
