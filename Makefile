# `make run` starts the coach, `make test` runs the tests; `make help` lists the rest.
# Everything is installed into .venv, once: again only when a requirements file changed.

PYTHON ?= python3
# On Linux, pip's usual torch brings CUDA. To take PyTorch's CPU wheels instead, set TORCH_INDEX to the address of its
# CPU wheel index (pytorch.org, "Get started", compute platform CPU, shows it behind --index-url).
TORCH_INDEX ?=

VENV := .venv
BIN := $(VENV)/bin
RUN_FILES := requirements.txt constraints.txt
DEV_FILES := $(RUN_FILES) requirements-dev.txt
LOCAL_FILES := $(RUN_FILES) requirements-local.txt
RUN_HASH := $(shell cat $(RUN_FILES) | cksum | tr ' ' -)
LOCAL_HASH := $(shell cat $(LOCAL_FILES) | cksum | tr ' ' -)
DEV_HASH := $(shell cat $(DEV_FILES) | cksum | tr ' ' -)
SPACE_VENV ?= $(VENV)/space
SPACE_EXTRAS := "gradio[oauth,mcp]==$(shell sed -n 's/^gradio==\([0-9.]*\).*/\1/p' requirements.txt)" \
	"uvicorn>=0.14.0" "websockets>=10.4" spaces
torch_first = $(if $(TORCH_INDEX),$(1) -m pip install --no-deps --index-url "$(TORCH_INDEX)" \
	"$$(sed -n 's/^\(torch==[0-9.]*\).*/\1/p' requirements.txt)" &&)

.DEFAULT_GOAL := help
.PHONY: help run run-local test test-fast check format train tune index quality bench mutation screenshot browser nginx small-model \
	resolve space clean installed-run installed-local installed-dev venv

help: ## list these targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1 ~\2/p' Makefile | awk -F~ '{ printf "%-17s %s\n", $$1, $$2 }'

run: installed-run ## install what the coach needs into .venv (the first time) and start its page
	@$(BIN)/python app.py

run-local: installed-local ## start it with a local model: make run-local GGUF=path/to/model.gguf
	@[ -n "$(GGUF)" ] || { echo "Name a model in GGUF form: make run-local GGUF=path/to/model.gguf" >&2; exit 1; }
	@$(BIN)/python -m assistant.llm.local_server "$(GGUF)" -- $(BIN)/python app.py

test: installed-dev browser small-model nginx ## unit, golden, contract, page and browser tests
	@$(BIN)/python -m pytest

test-fast: installed-dev ## the unit tests that need no server, no browser and no model: some minutes
	@$(BIN)/python -m pytest tests/unit -q --ignore=tests/unit/test_hostile_model.py \
		--ignore=tests/unit/test_environments.py --ignore=tests/unit/test_start.py --ignore=tests/unit/retrieval/test_adapter.py

check: installed-dev ## format, lint, types, and everything under knowledge/
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m assistant check

format: installed-dev ## rewrite the code in the one format, and mend what lint can mend
	@$(BIN)/python -m ruff format .
	@$(BIN)/python -m ruff check --fix .

train: installed-dev ## learn what the offline reader's classifier knows from knowledge/utterances/ (after an edit there)
	@$(BIN)/python -m assistant train

tune: installed-dev ## tune the encoder under that classifier as well: a quarter of an hour, worth it after many new sentences
	@$(BIN)/python -m assistant train --tune

index: installed-dev ## encode the texts that retrieval searches, where they are new (after an edit of cards or questions)
	@$(BIN)/python -m assistant index

quality: installed-dev ## judge the labelled cases, retrieval, what a model may say, and the model that is set
	@$(BIN)/python -m pytest tests/quality -q -s -m quality
	@$(BIN)/python -m tests.model_report $(if $(CASES),--cases $(CASES))

bench: installed-dev ## time the core, a turn with a model, retrieval and the start; prints figures
	@$(BIN)/python -m pytest tests/bench -q -s -m bench

mutation: installed-dev ## mutate what decides belief, verdict, questions and grounding; prints the share that tests kill
	@rm -rf mutants
	@$(BIN)/python -m mutmut run
	@$(BIN)/python -m mutmut export-cicd-stats
	@$(BIN)/python -c 'import json; s = json.load(open("mutants/mutmut-cicd-stats.json")); \
		killed, total = s["killed"] + s["timeout"], s["total"] or 1; print(s); print(f"killed {killed} of {total}: {killed / total:.1%}"); \
		raise SystemExit(killed / total < 0.85)'

screenshot: installed-dev browser ## take the README's picture of the running page anew
	@WRITE_SCREENSHOT=1 $(BIN)/python -m pytest tests/browser/test_screenshot.py -q

small-model: installed-dev ## get the small language model for the tests with a real one, where that is allowed
	@$(BIN)/python -m tests.llm.small_model || true

browser: ## get a chromium for the browser tests, where that is allowed
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null 2>&1; then exit 0; fi; done; \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		echo "Installing chromium for the browser tests ..."; export DEBIAN_FRONTEND=noninteractive; \
		apt-get install -y --no-install-recommends chromium fonts-liberation >/dev/null 2>&1 || { apt-get update -qq && \
		apt-get install -y --no-install-recommends chromium fonts-liberation >/dev/null; } && exit 0; fi; \
	echo "*** NO BROWSER: chromium is not installed and cannot be installed from here; browser tests will be skipped. ***"

nginx: ## unpack Debian's nginx into .venv for the proxy tests, where there is none; nothing is installed
	@if command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || [ -x $(VENV)/nginx/usr/sbin/nginx ]; then exit 0; fi; \
	if command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1; then \
		mkdir -p $(VENV)/nginx && cd $(VENV)/nginx && \
		{ apt-get download nginx >/dev/null 2>&1 || { apt-get update -qq && apt-get download nginx >/dev/null 2>&1; }; } && \
		dpkg -x nginx_*.deb . && exit 0; fi; \
	echo "*** NO NGINX: it is not installed and cannot be had from here; the proxy tests will be skipped. ***"

# pip evaluates environment markers with the Python it runs on, whatever --python-version says: audioop-lts, the one
# package that only 3.13 needs, is therefore named here.
resolve: installed-dev ## prove, without installing, that the pins resolve for Python 3.11 to 3.13, alone and on a Space
	@for python in 3.11 3.12 3.13; do \
		if [ $$python = 3.13 ]; then newer=audioop-lts; else newer=; fi; \
		for where in alone space; do \
			if [ $$where = space ]; then extra='$(SPACE_EXTRAS)'; held=; else extra=; held='-c constraints.txt'; fi; \
			printf 'Python %s, %s: ' $$python $$where; \
			eval $(BIN)/python -m pip install --quiet --dry-run --ignore-installed --only-binary=:all: \
				--python-version $$python --target $(VENV)/resolve --report $(VENV)/resolve.json \
				-r requirements.txt $$held $$newer $$extra 2>$(VENV)/resolve.log \
				|| { echo 'does not resolve'; cat $(VENV)/resolve.log; exit 1; }; \
			$(BIN)/python -c 'import json; print(len(json.load(open("$(VENV)/resolve.json"))["install"]), "packages")'; \
		done; \
	done

# Nothing is held but what requirements.txt pins, since a Space hands no more to pip. Only the coach runs on the fresh
# environment, the test itself stays outside. SPACE_PYTHON names another Python than that of the tests.
space: installed-dev ## start the repository as a Space on a fresh environment of requirements.txt and a Space's extras
	@rm -rf $(SPACE_VENV) && $(or $(SPACE_PYTHON),$(BIN)/python) -m venv $(SPACE_VENV)
	@echo "Installing what a Space would into $(SPACE_VENV) ..."
	@$(call torch_first,$(SPACE_VENV)/bin/python) \
		$(SPACE_VENV)/bin/python -m pip install -qq --disable-pip-version-check -r requirements.txt $(SPACE_EXTRAS)
	@CLEAN_PYTHON=$(SPACE_VENV)/bin/python $(BIN)/python -m pytest tests/web/server/test_space.py -q

clean: ## remove .venv and everything else that was made here
	@rm -rf $(VENV) mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@command -v $(PYTHON) >/dev/null 2>&1 || \
		{ echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name yours: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version 2>&1) ($(PYTHON)) is too old: the coach needs 3.11 or newer; name one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import platform, sys; sys.exit((sys.platform, platform.machine().lower()) in (("darwin", "x86_64"), ("win32", "arm64")))' || \
		{ echo "Some packages do not exist for this Python: on a Mac with Apple silicon name an arm64 Python, on Windows on ARM an x64 one; an Intel Mac has no PyTorch any more" >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment: on Debian, apt-get install python3-venv" >&2; exit 1; }

installed-run: venv
	@[ "$$(cat $(VENV)/.run 2>/dev/null)" = "$(RUN_HASH)" ] || { \
		echo "Installing the coach's packages into $(VENV): the first time this takes a few minutes ..." && \
		$(call torch_first,$(BIN)/python) \
		$(BIN)/python -m pip install -r requirements.txt -c constraints.txt && \
		echo "$(RUN_HASH)" > $(VENV)/.run; }

installed-local: installed-run
	@[ "$$(cat $(VENV)/.local 2>/dev/null)" = "$(LOCAL_HASH)" ] || { \
		echo "Installing what a local model needs into $(VENV) ..." && \
		$(BIN)/python -m pip install --only-binary :all: -r requirements-local.txt -c constraints.txt && \
		echo "$(LOCAL_HASH)" > $(VENV)/.local; }

installed-dev: installed-run
	@[ "$$(cat $(VENV)/.dev 2>/dev/null)" = "$(DEV_HASH)" ] || { \
		echo "Installing what tests and checks need into $(VENV) ..." && \
		$(BIN)/python -m pip install -r requirements-dev.txt -c constraints.txt && \
		echo "$(DEV_HASH)" > $(VENV)/.dev; }
