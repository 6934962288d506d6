# `make help` says what there is. VENV=folder and PYTHON=/path/to/python choose another place and another Python.

VENV ?= .venv
PYTHON ?=
BIN = $(VENV)/bin
UV = $(BIN)/uv
CANDIDATES = $(if $(PYTHON),"$(PYTHON)",python3.11 python3.12 python3.13 python3 python)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
COMPILE_OURS = $(COMPILE) pyproject.toml --group install

# Clients of other people that the suite runs against the sandbox: away from our own dependencies, and from each other.
CLIENTS = $(VENV)/clients-python
CLIENTS_NPM = $(VENV)/clients-node
# What makes images for Binder, likewise; its lock files say what is in them before ours comes.
REPO2DOCKER = $(VENV)/binder
# Kernels that many have, beside the newest, which is ours: their folders come first on the path of the browser tests' kernels.
KERNELS = 6.31.0 7.0.1
KERNEL_LOCKS = $(KERNELS:%=tests/browser/ipykernel-%.lock)
# What looks for known vulnerabilities, and in which lock files: in those that somebody runs.
AUDIT = $(VENV)/audit
AUDITED = requirements.lock requirements-test.lock tests/clients/requirements.lock tests/packaging/audit.lock
# The oldest versions that pyproject.toml allows (pandas 2.2, pyarrow 17, NumPy 1), in an environment of their own.
OLDEST = $(VENV)/oldest
# What depends on pandas: for `make test` as much as there is time for, for `make test-pandas` all but what knows no frame.
NO_CELLS = identity_numbers many_tags names pack problem_codes suggest suspicions
FRAMES = tests/frames $(NO_CELLS:%=--ignore=tests/frames/test_%.py)
TEXTS = $(CELLS:%=tests/frames/test_%.py)
CELLS = columns conversion_table duplicates options select suggest tags_and_opt_in unsendable_text untouched verdicts
# What a run does with answers, signals and time does not depend on pandas, nor does most of what connections do.
NO_TABLES = test_access test_agreement test_alarms test_audit test_connect test_editing test_gate test_guards test_hosts \
	test_interrupt test_keys test_last_report test_leavers test_opening test_people_change test_progress test_reasons \
	test_recover test_rights test_several_copies test_shown_connections test_terminated test_turns test_watch \
	test_weekly_runs test_past_names test_hostile_names reading/test_measure reading/test_read_list saved/test_meanwhile \
	saved/test_hostile saved/test_export_files
RUNS = tests/runs $(NO_TABLES:%=--ignore=tests/runs/%.py) --ignore=tests/runs/rehearsal --ignore=tests/runs/schedules
EXAMPLES = ac_notebook/frames ac_notebook/model ac_notebook/runs ac_notebook/accessor.py
# What runs at once, PARTS_AT_ONCE parts at a time, the longest first; the last one is all that no other has. More parts than
# cores, since some wait.
PARTS_AT_ONCE ?= 3
MEMORY = /dev/shm
PARTS = runs browser rest commands oldest frames sandbox service faults binder lint strings
# What only some parts need is installed first, or those would begin last. A part whose own could not be installed says so.
APART = $(addprefix $(VENV)/.installed-,oldest clients clients-npm kernels binder)
IN_SANDBOX = tests/sandbox
IN_FAULTS = tests/faults
IN_RUNS = tests/runs
IN_BROWSER = tests/browser tests/canary
IN_SERVICE = tests/openapi tests/clients tests/stories
IN_FRAMES = tests/frames tests/shapes tests/generated
IN_COMMANDS = tests/test_cli.py tests/test_headless.py tests/test_notebooks.py tests/test_readme.py
IN_BINDER = tests/binder
IN_REST = tests ac_notebook $(foreach part,SANDBOX FAULTS RUNS BROWSER SERVICE FRAMES COMMANDS BINDER,$(IN_$(part):%=--ignore=%))
NO_FRAMES = benchmarks binder browser clients openapi packaging remote sandbox storage test_architecture.py test_notebooks.py
WIDELY = $(NO_FRAMES:%=--ignore=tests/%)
NPM = npm --ignore-scripts --no-audit --no-fund --no-update-notifier --cache "$(abspath $(VENV))/npm-cache"

.PHONY: help demo lab test $(PARTS:%=part-%) test-pandas lint soak bench lock audit clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    install what is needed, then show an export to an ActiveCampaign on this machine"
	@echo "make lab     JupyterLab with the quickstart notebook, against such a sandbox"
	@echo "make test    all checks and tests, as the continuous integration runs them"
	@echo "make test-pandas"
	@echo "             what depends on pandas, on the newest and the oldest that is allowed, with each way of holding text"
	@echo "make lint    only ruff, mypy and the import rules"
	@echo "make soak    the correctness figures at full size: cells, faults, readings of the service, generated requests"
	@echo "make bench   time, memory and what becomes of rows, beside other ways, in 20 minutes (QUICK=1: in three)"
	@echo "make lock    write the lock files again (UPGRADE=1: with the newest versions)"
	@echo "make audit   whether a version in the lock files has a known vulnerability (asks the registry)"
	@echo "make clean   remove $(VENV), caches and what tests left behind"

demo: $(VENV)/.installed
	@echo "Running the demonstration."
	@$(BIN)/python -m ac_notebook demo

lab: $(VENV)/.installed
	@echo "Starting JupyterLab with notebooks/quickstart.ipynb (Ctrl-C twice ends it)."
	@# JupyterLab does not start for root unless it is told to.
	@# The address that it prints opens the notebook, and the notebook's link to README.md is below its root.
	@$(BIN)/jupyter lab $$(test "$$(id -u)" = 0 && echo --allow-root) \
		--ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb

test: $(VENV)/.installed-test
	@echo "Looking for a Chromium for the browser tests."
	@if $(BIN)/python tests/browser/chromium.py; then browser=""; \
	elif [ -n "$$CI" ]; then echo "With CI set, a missing Chromium is a failure." >&2; exit 1; \
	else browser="-m 'not browser'"; echo "Running the tests without those that need a browser."; fi; \
	MAKEFLAGS= $(MAKE) -s -k -j $(PARTS_AT_ONCE) VENV="$(VENV)" $(APART) || true; \
	echo "Running all tests, $(PARTS_AT_ONCE) parts at a time; each says what it found when it has ended."; \
	rm -rf "$(VENV)/parts"; $(in-memory); \
	MAKEFLAGS= $(MAKE) --no-print-directory -k -j $(PARTS_AT_ONCE) VENV="$(VENV)" NO_BROWSER="$$browser" $(PARTS:%=part-%) || { \
		echo "Failed: $$(cd "$(VENV)/parts" && echo *.failed | sed 's/\.failed//g')" >&2; exit 1; }; \
	echo "All parts passed."

part-browser: $(VENV)/.installed-kernels
part-service: $(VENV)/.installed-clients $(VENV)/.installed-clients-npm
part-oldest: $(VENV)/.installed-oldest
part-binder: $(VENV)/.installed-binder
part-sandbox: ; @$(call part,$(PYTEST) $(IN_SANDBOX))
part-faults: ; @$(call part,$(PYTEST) $(IN_FAULTS))
part-runs: ; @$(call part,$(PYTEST) $(IN_RUNS))
part-browser: ; @$(call part,$(PYTEST) $(IN_BROWSER) $(NO_BROWSER))
part-service: ; @$(call part,$(PYTEST) $(IN_SERVICE))
part-frames: ; @$(call part,$(PYTEST) $(IN_FRAMES))
part-commands: ; @$(call part,$(PYTEST) $(IN_COMMANDS) $(NO_BROWSER))
part-binder: ; @$(call part,$(PYTEST) $(IN_BINDER))
part-rest: ; @$(call part,$(PYTEST) $(IN_REST) $(NO_BROWSER))
part-lint: ; @$(call part,$(MAKE) --no-print-directory lint VENV="$(VENV)")
part-strings: ; @$(call part,$(call held,$(BIN)/python,object,$(TEXTS)) && $(call held,$(BIN)/python,python,$(TEXTS)))
part-oldest: ; @$(call part,[ ! -e "$(VENV)/.installed-oldest" ] || \
	$(call held,$(OLDEST)/bin/python,object,$(FRAMES) $(RUNS) $(EXAMPLES)))

test-pandas: $(VENV)/.installed-test $(VENV)/.installed-oldest
	@if [ ! -e "$(VENV)/.installed-oldest" ]; then echo "That needs $(OLDEST)." >&2; exit 1; fi; failed=""; \
	for strings in arrow python object; do \
		$(call held,$(BIN)/python,$$strings,$(WIDELY)) || failed="$$failed newest/$$strings"; \
	done; \
	for strings in object arrow; do \
		$(call held,$(OLDEST)/bin/python,$$strings,$(WIDELY)) || failed="$$failed oldest/$$strings"; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi; \
	echo "Passed with each of them."

lint: $(VENV)/.installed-test
	@echo "Checking style (ruff), types (mypy) and the direction of imports (import-linter)."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change these: $$($(BIN)/ruff format --check . | \
		sed -n 's/^Would reformat: //p' | tr '\n' ' ')" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log >&2; exit 1; }

soak: $(VENV)/.installed-test $(VENV)/.installed-clients
	@echo "Running the soak test."
	@$(BIN)/python -m tests.benchmarks.soak

bench: $(VENV)/.installed-test $(VENV)/.installed-clients
	@echo "Measuring; the table comes at the end."
	@QUICK="$(QUICK)" $(BIN)/python -m tests.benchmarks

lock: $(VENV)/.installed-test
	@echo "Writing requirements.lock, requirements-test.lock, requirements-oldest.lock, binder/constraints.txt and those of tests."
	@$(COMPILE) tests/binder/repo2docker.in --output-file tests/binder/repo2docker.lock >/dev/null
	@$(MAKE) -s $(VENV)/.installed-binder VENV="$(VENV)"
	@$(COMPILE_OURS) --extra test --output-file requirements-test.lock >/dev/null
	@$(COMPILE_OURS) --extra phone --extra notebooks --constraint requirements-test.lock --output-file requirements.lock >/dev/null
	@$(COMPILE) pyproject.toml --extra phone --extra sql --extra suite --resolution lowest-direct \
		--output-file requirements-oldest.lock >/dev/null
	@$(COMPILE) tests/clients/requirements.in --output-file tests/clients/requirements.lock >/dev/null
	@$(BIN)/python -m tests.binder.base requirements.lock >"$(VENV)/binder-base.txt"
	@$(UV) pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_28 --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml --extra phone --extra notebooks \
		--constraint "$(VENV)/binder-base.txt" --output-file binder/constraints.txt >/dev/null
	@$(COMPILE) tests/packaging/audit.in --output-file tests/packaging/audit.lock >/dev/null
	@for version in $(KERNELS); do echo "ipykernel==$$version" | \
		$(COMPILE) - --no-deps --output-file "tests/browser/ipykernel-$$version.lock" >/dev/null || exit 1; done
	@if command -v npm >/dev/null; then cd tests/clients && \
		$(NPM) $(if $(UPGRADE),update,install) --package-lock-only --omit-lockfile-registry-resolved --loglevel=error >/dev/null; \
	else echo "There is no npm here: tests/clients/package-lock.json stays as it is."; fi
	@if grep -nE '://|file:' requirements*.lock binder/constraints.txt tests/*/*.lock || \
		grep -n '"resolved"' tests/clients/package-lock.json; then \
		echo "An address got into a lock file." >&2; exit 1; fi

# What could not be asked about is a failure, too (--strict): pip-audit alone would call it clean.
audit: $(VENV)/.installed-audit
	@echo "Asking whether a version in the lock files has a known vulnerability (pip-audit)."
	@for lock in $(AUDITED); do echo "$$lock:"; \
		$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r "$$lock" || failed="$$failed $$lock"; \
	done; \
	if [ -n "$$failed" ]; then echo "Not shown to be free of known vulnerabilities:$$failed. What is vulnerable gets a newer" \
		"version by make lock UPGRADE=1; what could not be asked about needs a network that reaches the advisories." >&2; exit 1; fi; \
	echo "No version in the lock files has a known vulnerability."

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

$(VENV)/.installed-clients: tests/clients/requirements.lock | $(VENV)/.installed-test
	@echo "Installing $< into $(CLIENTS)."
	@log="$(VENV)/install-clients.log"; python=$(BIN)/python; { $(call install-apart,$(CLIENTS)); } >"$$log" 2>&1 && \
	touch "$@" || { \
		tail -n 5 "$$log" >&2; echo "Not installed: the clients that $< names. The whole story: $$log" >&2; exit 1; }

$(VENV)/.installed-binder: tests/binder/repo2docker.lock | $(VENV)/.installed-test
	@echo "Installing $< into $(REPO2DOCKER)."
	@log="$(VENV)/install-binder.log"; python=$(BIN)/python; { $(call install-apart,$(REPO2DOCKER)); } >"$$log" 2>&1 && \
	touch "$@" || { \
		tail -n 5 "$$log" >&2; echo "Not installed: repo2docker, which $< names. The whole story: $$log" >&2; exit 1; }

$(VENV)/.installed-audit: tests/packaging/audit.lock | $(VENV)/.installed-test
	@echo "Installing $< into $(AUDIT)."
	@log="$(VENV)/install-audit.log"; python=$(BIN)/python; { $(call install-apart,$(AUDIT)); } >"$$log" 2>&1 && touch "$@" || { \
		tail -n 5 "$$log" >&2; echo "Not installed: pip-audit, which $< names. The whole story: $$log" >&2; exit 1; }

# One package each, without what it needs: that is in our environment, with which they run.
$(VENV)/.installed-kernels: $(KERNEL_LOCKS) | $(VENV)/.installed-test
	@echo "Installing ipykernel $(KERNELS) beside ours."
	@log="$(VENV)/install-kernels.log"; rm -rf $(KERNELS:%="$(VENV)/ipykernel-%"); : >"$$log"; \
	for version in $(KERNELS); do \
		given="--quiet --no-deps --require-hashes --target $(VENV)/ipykernel-$$version -r tests/browser/ipykernel-$$version.lock"; \
		{ $(UV) pip install --python $(BIN)/python $$given || \
		  $(BIN)/python -m pip --disable-pip-version-check install --retries 2 $$given; } >>"$$log" 2>&1 || { \
			tail -n 5 "$$log" >&2; echo "Not installed: ipykernel $$version. The whole story: $$log" >&2; exit 1; }; \
	done; \
	touch "$@"

# Of these versions there is nothing ready-made for Python 3.13 and newer, so 3.11 or 3.12 is looked for.
# Without one the tests on them are skipped, but not with CI set.
$(VENV)/.installed-oldest: requirements-oldest.lock | $(VENV)/.installed-test
	@echo "Installing $< into $(OLDEST)."
	@log="$(VENV)/install-oldest.log"; python=""; \
	for one in $(BIN)/python python3.11 python3.12; do \
		if "$$one" -c 'import sys, venv; sys.exit(sys.version_info >= (3, 13))' 2>/dev/null; then python="$$one"; break; fi; \
	done; \
	{ [ -n "$$python" ] || { echo "There is no Python 3.11 or 3.12 here."; false; }; } >"$$log" && \
	{ $(call install-apart,$(OLDEST)); } >>"$$log" 2>&1 && touch "$@" || { \
		rm -rf "$(OLDEST)" "$@"; tail -n 5 "$$log" >&2; \
		echo "Not installed: the oldest versions, which $< names; the tests on them are skipped. The whole story: $$log" >&2; \
		if [ -n "$$CI" ]; then echo "With CI set, that is a failure." >&2; exit 1; fi; }

# Node is not everybody's: without it (or its registry) the tests of that client are skipped, but not with CI set.
$(VENV)/.installed-clients-npm: tests/clients/package.json tests/clients/package-lock.json | $(VENV)/bin/python
	@echo "Installing tests/clients/package-lock.json into $(CLIENTS_NPM)."
	@log="$(VENV)/install-clients-npm.log"; rm -rf "$(CLIENTS_NPM)"; \
	{ mkdir "$(CLIENTS_NPM)" && cp $^ "$(CLIENTS_NPM)" && (cd "$(CLIENTS_NPM)" && $(NPM) ci); } >"$$log" 2>&1 && \
	touch "$@" || { \
		rm -rf "$(CLIENTS_NPM)"; tail -n 5 "$$log" >&2; \
		echo "Not installed: the npm client that $< names; its tests are skipped. The whole story: $$log" >&2; \
		if [ -n "$$CI" ]; then echo "With CI set, that is a failure." >&2; exit 1; fi; }

# What the rule's first file names, into another environment. That has no pip of its own, which takes seconds to copy:
# uv installs, or our pip does, into the other folder.
define install-apart
rm -rf "$(1)"; "$$python" -m venv --without-pip "$(1)" && \
{ $(UV) pip install --quiet --python "$(1)/bin/python" --require-hashes -r $< || \
  $(BIN)/python -m pip --disable-pip-version-check --python "$(1)/bin/python" \
	install --quiet --retries 2 --require-hashes -r $<; }
endef

# A part of the tests, whose output comes at its end and as a whole.
PYTEST = $(BIN)/python -m pytest -p no:cacheprovider
define part
mkdir -p "$(VENV)/parts"; rm -f "$(VENV)/parts/$(@:part-%=%).failed"; \
{ $(1); } >"$(VENV)/parts/$(@:part-%=%).log" 2>&1 || touch "$(VENV)/parts/$(@:part-%=%).failed"; \
cat "$(VENV)/parts/$(@:part-%=%).log"; test ! -e "$(VENV)/parts/$(@:part-%=%).failed"
endef

# The folders of tests in memory, where there is room: they make thousands of small databases, and a disk's waits and work
# for them are a tenth of the whole. Nothing but a power cut could tell the difference. Others may pass through the folder,
# as through /tmp: tests try what a second user can reach in it.
define in-memory
if [ -w "$(MEMORY)" ] && [ "$$(df -Pk "$(MEMORY)" | awk 'END { print $$4 }')" -gt 3000000 ]; then \
	TMPDIR="$$(mktemp -d "$(MEMORY)/ac-XXXXXX")"; export TMPDIR; chmod 711 "$$TMPDIR"; trap 'rm -rf "$$TMPDIR"' EXIT; trap 'exit 1' HUP INT TERM; fi
endef

# Tests in an environment, with text held in one of the ways that conftest.py knows.
define held
{ echo "Running what depends on pandas with $(1), text held as: $(2)."; \
AC_NOTEBOOK_TEST_STRINGS=$(2) $(1) -m pytest -p no:cacheprovider $(3); }
endef

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
