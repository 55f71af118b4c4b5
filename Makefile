# `make book` builds the book, `make test` runs every test; both set up what they need. `make help` lists the rest.

VENV    := .venv
PY      := $(VENV)/bin/python
DONE    := $(VENV)/.done
HTML    := _build/html
PORT    ?= 8000
PROCESSES ?= 2

PACKAGE   := $(shell find squeezelab -name '*.py')
FRONT_END := $(wildcard web/*.mjs web/*.json) $(shell find web/src -type f)
MUTATION  := benchmarks/mutation.py benchmarks/mutants.py
RESULTS   := $(wildcard squeezelab/recorded/*.json)
BUILDERS  := $(addprefix tools/,build_book.py api_pages.py captions.py docstring_text.py exercise_names.py exercise_pages.py \
             figure_numbers.py live_pages.py markup.py paper.py portable.py progress_page.py stills.py trim.py typeset.py)
CHAPTERS  := _config.yml _toc.yml $(wildcard book/*.* book/reference/figures.md book/_static/*.*) $(RESULTS)

.DEFAULT_GOAL := help
.PHONY: help book serve pdf test lint format notebooks bench mutants torch clean
.DELETE_ON_ERROR:

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

book: $(HTML)/.done  ## build the book and say how to open it
	@echo "The book is in $(CURDIR)/$(HTML)/index.html"
	@echo "To read it over http: make serve"

serve: book  ## build the book and serve it on http://localhost:8000 (PORT=...)
	$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory $(HTML)

pdf: book  ## print the chapters to _build/pdf (SOLUTIONS=1: with their solutions; PUBLISH=1: for the pages' menus)
	$(PY) tools/pdf.py

test: book $(DONE)/torch  ## run all tests: package, notebooks, book in a browser, front end
	$(PY) tools/notebooks.py --check
	$(PY) tools/node.py npm --prefix web test
	$(PY) -m pytest -n $(PROCESSES) -m "not alone"
	$(PY) -m pytest -m alone

lint: $(DONE)/package  ## check style
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

format: $(DONE)/package  ## mend style
	$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

notebooks: $(DONE)/package  ## execute every chapter and store its outputs
	$(PY) tools/notebooks.py

bench: book  ## measure speed and page weight
	for script in $(filter-out $(MUTATION),$(wildcard benchmarks/*.py)); do $(PY) $$script || exit 1; done

mutants: $(DONE)/package  ## try 200 small faults against the tests of their folders (20 minutes)
	$(PY) benchmarks/mutation.py

torch: $(DONE)/torch  ## add torch to the environment (CPU wheels where there is no GPU)

clean:  ## remove everything that make made
	rm -rf $(VENV) _build web/node_modules book/_static/live book/_static/mathjax
	test ! -d book/reference || find book/reference -name '*.md' ! -name figures.md -delete

# The environment: a stamp per step, so that nothing is installed twice.

$(PY):
	sh tools/make_venv.sh $(VENV)

$(DONE)/requirements: requirements.txt | $(PY)
	mkdir -p $(DONE)
	$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip  # an interrupted start left no pip
	sed '/^# Torch/,$$d' requirements.txt > $(DONE)/requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r $(DONE)/requirements.txt
	touch $@

$(DONE)/package: pyproject.toml $(DONE)/requirements
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

$(DONE)/torch: tools/install_torch.py $(DONE)/package
	$(PY) tools/install_torch.py
	touch $@

# The front end: packages by the lock file, third-party files for the pages, then our own bundles.

$(DONE)/node-modules: web/package-lock.json $(DONE)/requirements
	$(PY) tools/node.py npm --prefix web ci --no-audit --no-fund --loglevel=error
	touch $@

$(DONE)/vendor: tools/vendor.py $(DONE)/node-modules
	$(PY) tools/vendor.py
	touch $@

$(DONE)/front-end: $(FRONT_END) $(DONE)/vendor $(DONE)/package
	$(PY) tools/node.py npm --prefix web run build
	touch $@

$(HTML)/.done: $(CHAPTERS) $(PACKAGE) $(DONE)/front-end $(BUILDERS)
	$(PY) tools/build_book.py
	touch $@
