# Two commands are enough: make run, make test. "make help" lists the others.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --no-compile --no-deps --require-hashes
# Compiled modules make a warm start a second shorter, whatever the caller's environment thinks of them.
unexport PYTHONDONTWRITEBYTECODE

# pip's output as one line that counts; what went wrong in full. $(1): the requirements file.
define install
	@rm -f .venv/.failed
	@( $(PIP) -r $(1) 2>&1 || touch .venv/.failed ) | awk -v tty="$$(test -t 1 && echo yes)" ' \
		/^Collecting/ { n++; if (tty) printf "\r  %d packages fetched", n; else if (n % 20 == 0) print "  " n " packages fetched"; fflush() } \
		/^Installing collected/ { printf "%s  %d packages fetched, unpacking them\n", (tty ? "\r" : ""), n; fflush() } \
		/^ERROR|^error|No matching|Could not|No module/ { print; fflush() }'
	@test ! -e .venv/.failed
endef

.PHONY: run test bench lint check-all requirements format help

run: $(RUNTIME)  ## the whole marketplace with demo data, at http://localhost:8000 (PORT=… for another port)
	@exec $(BIN)/python manage.py run

# By module, for fixtures of a module start servers; pytest-xdist 3.8's "loadgroup" groups nothing under pytest 9.2.
test: $(DEVELOPMENT)  ## the whole test suite, on servers of its own
	@$(BIN)/python -m pytest -n auto --dist loadscope $(ARGS)

bench: $(DEVELOPMENT)  ## the benchmarks, at a size that fits ten minutes (ARGS=… for all of them)
	@$(BIN)/python -m bench $(ARGS)

lint: $(DEVELOPMENT)  ## style, types, import order, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	MARKETPLACE_ENV=production SECRET_KEY=$$(head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n') SITE_URL=https://example.com \
		DATABASE_URL=postgresql://u:p@db/x REDIS_URL=redis://r EMAIL_URL=smtp://m $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/mypy .

check-all: lint  ## everything, with what takes too long for each change
	@REQUIRE_BROWSER=1 $(BIN)/python -m pytest -n auto --dist loadscope -m "slow or not slow"
	@$(MAKE) bench

requirements: $(DEVELOPMENT)  ## pins requirements.in and requirements-dev.in anew
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links requirements-dev.in -o requirements-dev.txt

format: $(DEVELOPMENT)  ## puts the code into the house's form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/ —/'

$(BIN)/python:
	@echo "Making .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.12 make run)."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what the marketplace needs. This takes about half a minute, once."
	$(call install,requirements.txt)
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing what development and tests need."
	$(call install,requirements-dev.txt)
	@touch $@
