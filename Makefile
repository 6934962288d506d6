# `make help` says what there is. VENV=folder and PYTHON=/path/to/python choose another place and another Python.

VENV ?= .venv
PYTHON ?=
BIN = $(VENV)/bin
UV = $(BIN)/uv
CANDIDATES = $(if $(PYTHON),"$(PYTHON)",python3.11 python3.12 python3.13 python3 python)
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --group install \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: help demo lab test lint soak bench lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    install what is needed, then show an export to an ActiveCampaign on this machine"
	@echo "make lab     JupyterLab with the quickstart notebook, against such a sandbox"
	@echo "make test    all checks and tests, as the continuous integration runs them"
	@echo "make lint    only ruff, mypy and the import rules"
	@echo "make soak    the correctness figures at full size: every cell of 100,000 customers"
	@echo "make bench   time and memory, side by side"
	@echo "make lock    write the lock files again (UPGRADE=1: with the newest versions)"
	@echo "make clean   remove $(VENV), caches and what tests left behind"

demo: $(VENV)/.installed
	@echo "Running the demonstration."
	@$(BIN)/python -m ac_notebook demo

lab: $(VENV)/.installed
	@echo "Starting JupyterLab with notebooks/quickstart.ipynb (Ctrl-C twice ends it)."
	@# JupyterLab does not start for root unless it is told to.
	@$(BIN)/jupyter lab $$(test "$$(id -u)" = 0 && echo --allow-root) notebooks/quickstart.ipynb

test: $(VENV)/.installed-test lint
	@echo "Looking for a Chromium for the browser tests."
	@if $(BIN)/python tests/browser/chromium.py; then \
		echo "Running all tests."; \
		$(BIN)/python -m pytest; \
	elif [ -n "$$CI" ]; then \
		echo "With CI set, a missing Chromium is a failure." >&2; exit 1; \
	else \
		echo "Running the tests without those that need a browser."; \
		$(BIN)/python -m pytest -m "not browser"; \
	fi

lint: $(VENV)/.installed-test
	@echo "Checking style (ruff), types (mypy) and the direction of imports (import-linter)."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change these: $$($(BIN)/ruff format --check . | \
		sed -n 's/^Would reformat: //p' | tr '\n' ' ')" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log >&2; exit 1; }

soak: $(VENV)/.installed-test
	@echo "Running the soak test."
	@$(BIN)/python -m tests.benchmarks.soak

bench: $(VENV)/.installed-test
	@echo "Measuring time and memory."
	@$(BIN)/python -m tests.benchmarks

lock: $(VENV)/.installed-test
	@echo "Writing requirements-test.lock and requirements.lock."
	@$(COMPILE) --extra test --output-file requirements-test.lock >/dev/null
	@$(COMPILE) --extra phone --constraint requirements-test.lock --output-file requirements.lock >/dev/null
	@if grep -nE '://|file:' requirements.lock requirements-test.lock; then \
		echo "An address got into a lock file." >&2; exit 1; fi

clean:
	@echo "Removing $(VENV), caches and what tests left behind."
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist tests/artefacts
	@find ac_notebook tests notebooks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps say which lock file is installed; they are written last, so that a half-made folder counts as not made.

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements.lock)

$(VENV)/.installed-test: requirements-test.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements-test.lock)
	@touch $(VENV)/.installed

# uv is some six times faster than pip here. Where it cannot be had or fails (it does not know pip's configuration),
# pip installs the same files.
define install
echo "Installing $(1) into $(VENV)."; \
log="$(VENV)/install.log"; pinned="$(VENV)/uv.txt"; pip="$(BIN)/python -m pip --disable-pip-version-check"; \
awk '/^[^ ]/ { on = /^uv==/ } on' $(1) >"$$pinned"; \
$(BIN)/python -c 'import pip' 2>/dev/null || $(BIN)/python -m ensurepip >/dev/null 2>&1; \
{ { $$pip install --quiet --retries 2 --no-deps --require-hashes -r "$$pinned" && \
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1); } >"$$log" 2>&1 || \
  { echo "uv could not do it; trying pip, which is slower."; \
	$$pip install --quiet --retries 2 --require-hashes -r $(1) >>"$$log" 2>&1; }; } && \
$$pip install --quiet --no-deps --no-build-isolation --editable . >>"$$log" 2>&1 && \
touch "$@" || { \
	grep -vE 'Location .* is ignored|Retrying' "$$log" | tail -n 5 >&2; \
	echo "Not installed: what $(1) names could not all be fetched or installed; nothing outside $(VENV) was changed." \
		"Check the network (or pip's settings for it) and run make again. The whole story: $$log" >&2; \
	exit 1; }
endef

$(VENV)/bin/python:
	@found=""; chosen=""; \
	for python in $(CANDIDATES); do \
		version=$$("$$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue; \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then chosen="$$python"; break; fi; \
			found="$$found $$python is $$version but lacks the venv module;"; \
		else \
			found="$$found $$python is $$version;"; \
		fi; \
	done; \
	if [ -z "$$chosen" ]; then \
		found="$${found%;}"; \
		echo "ac_notebook needs Python 3.11 or newer, with venv. Found:$${found:- none that runs}." \
			"Install one, or name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$chosen ($$version)."; \
	"$$chosen" -m venv "$(VENV)" || { rm -rf "$(VENV)"; echo "$$chosen could not make $(VENV); it was removed again." >&2; exit 1; }
