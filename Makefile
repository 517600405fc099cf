# ConnectAssist: `make run` and `make test` need Python 3.11+, make and a shell; everything else they fetch.
# Each step leaves a stamp that names what it was made from, so that a second run starts at once.
SHELL  := /bin/bash
PYTHON ?= python3
BIN    := .venv/bin
STAMPS := .venv/stamps
HELPER := $(shell find builder/helper builder/payloads -name '*.py' -o -name 'requirements.txt')
LEARNING := $(wildcard $(addprefix connectassist/features/categorising/,texts.py model.py training.py data/training.tsv))
PLATFORMS ?= linux-python linux
WORKERS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 1) + 1)))
ARGS   ?=
# Each server that a test starts would compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-again bench payloads docs lint clean setup setup-dev assets

help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: setup build/payloads.stamp ## Set up what is missing and serve on http://127.0.0.1:5001
	@exec $(BIN)/python app.py

test: setup-dev build/payloads.stamp ## Set up the rest and run the whole suite (ARGS="-k portal")
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-again: setup-dev ## Run what failed last once more, one after the other: a second failure is no accident
	@exec $(BIN)/python scripts/second_try.py

bench: setup-dev build/payloads.stamp ## Run the benchmarks
	@for each in bench/*.py bench/*/run.py; do case $$each in bench/_*) ;; *) echo "== $$each"; $(BIN)/python $$each $(ARGS) || exit 1;; esac; done

payloads: setup ## Build the helper for the platforms of this machine (PLATFORMS="linux-python linux")
	@$(BIN)/python -m builder.payloads $(PLATFORMS)
	@mkdir -p build && touch build/payloads.stamp

docs: setup ## Write the generated pages of docs/ and the OpenAPI document
	@$(BIN)/python -m connectassist.cli docs

lint: setup-dev ## Check style and the laws on imports
	@$(BIN)/ruff check . && $(BIN)/lint-imports

clean: ## Remove what can be made again (not instance/ or downloads/)
	@rm -rf .venv node_modules static/vendor build dist .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

setup: $(STAMPS)/runtime $(BIN)/connectassist assets build/categories.json
setup-dev: $(STAMPS)/runtime $(BIN)/connectassist $(STAMPS)/dev $(STAMPS)/system-test assets build/categories.json
assets: static/vendor/.stamp

$(STAMPS)/venv:
	@scripts/venv.sh $(PYTHON)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.txt | $(STAMPS)/venv
	@scripts/system_packages.sh run
	@echo "Installing Python packages…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(BIN)/connectassist: scripts/console_script.sh | $(STAMPS)/venv
	@scripts/console_script.sh

$(STAMPS)/dev: requirements.txt requirements-dev.txt builder/helper/requirements.txt | $(STAMPS)/venv
	@echo "Installing Python packages for the tests…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -r builder/helper/requirements.txt
	@touch $@

$(STAMPS)/system-test: scripts/system_packages.sh | $(STAMPS)/venv
	@scripts/system_packages.sh test
	@touch $@

static/vendor/.stamp: package-lock.json scripts/icons.txt scripts/vendor_assets.py scripts/vendor_fonts.py | $(STAMPS)/venv
	@echo "Fetching browser assets…"
	@scripts/npm.sh ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python scripts/vendor_assets.py
	@$(BIN)/python scripts/vendor_fonts.py
	@touch $@

# Without the model every new ticket is `other`: a training that fails only warns.
build/categories.json: $(LEARNING) | $(STAMPS)/runtime
	@if $(BIN)/python -m connectassist.cli categories train; then touch $@; else \
	  echo "warning: the model for ticket categories could not be trained; 'make build/categories.json' shows why. Going on without it." >&2; fi

# The server is useful without a payload (the portal says honestly what it lacks), so a build that fails only warns.
build/payloads.stamp: $(HELPER) | $(STAMPS)/runtime
	@mkdir -p build
	@echo "Building the helper for Linux (the first time takes a minute)…"
	@if $(BIN)/python -m builder.payloads $(PLATFORMS); then touch $@; else \
	  echo "warning: the helper could not be built; 'make payloads' shows why. Going on without it." >&2; fi
