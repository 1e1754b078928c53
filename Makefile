# Every target makes what it needs; `make` alone lists them. Options are variables: make local STACK=prod PORT=18080 CHECK=1
PYTHON ?= python3
STACK ?= dev
PORT ?= 8080
CHECK ?=
PLUGINS ?=
PARTS ?=
URL ?=
QUICK ?=
BASE ?=
WRITE ?=
UV = .venv/bin/uv pip install --quiet --python .venv/bin/python
RUN = .venv/bin/python -m
export PYTHONUNBUFFERED = 1
export UV_PYTHON_DOWNLOADS = never
# Compiled modules halve the time of every warm start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: local
local: .venv/.local ## serve the stack here without an AWS account [STACK=dev|prod PORT=8080 CHECK=1]
	@exec $(RUN) local_cloud --stack $(STACK) --port $(PORT) $(if $(CHECK),--check)

.PHONY: test
test: .venv/.dev ## run all tests that need no Pulumi CLI, Docker, browser or AWS
	@$(RUN) tests

.PHONY: check
check: .venv/.dev ## lint, types, the rules between packages, and the tests
	@$(RUN) tests.check

.PHONY: engine
engine: .venv/.dev ## the whole life of the stacks under the Pulumi CLI on PATH [PLUGINS=folder PARTS="dev prod"]
	@exec $(RUN) tests.engine --plugins "$(PLUGINS)" --json build/engine.json $(PARTS)

.PHONY: conformance
conformance: .venv/.dev ## ask a running service every question of the contract [URL=https://… USER=demo PASSWORD=…]
	@exec $(RUN) tests.conformance --url "$(URL)" --user "$(if $(findstring command,$(origin USER)),$(USER),demo)"

.PHONY: clients
clients: .venv/.dev ## tritonclient and KServe's client, unchanged, against both hosts
	@$(RUN) tests.clients

.PHONY: image-test
image-test: .venv/.dev ## build the image with Docker, run it as task and function, ask, drain, push [STACK=dev BASE=image]
	@exec $(RUN) tests.image --stack $(STACK) --base "$(BASE)"

.PHONY: image-report
image-report: .venv/.dev ## measure the image; writes its part of docs/performance.md [BASE=image]
	@exec $(RUN) tests.image.report --write --stack $(STACK) --base "$(BASE)"

.PHONY: page-test
page-test: .venv/.dev ## use the pages in a headless Chromium [WRITE=1 takes the pictures again, CHROMIUM=path]
	@exec $(RUN) tests.page $(if $(WRITE),--write)

.PHONY: bench
bench: .venv/.dev ## load both hosts and their peers with wrk, in one run [QUICK=1]
	@exec $(RUN) bench $(if $(QUICK),--quick)

.PHONY: bench-verdict
bench-verdict: .venv/.dev ## every goal beside what the last run of the benchmark measured
	@$(RUN) bench.verdict

.PHONY: mutants
mutants: .venv/.dev ## break the code in named places; every breakage must turn the tests red
	@$(RUN) tests.mutants

.PHONY: train
train: .venv-train/.ready ## train the models again; the files stay the same, byte for byte
	@.venv-train/bin/python -m model_artifacts.train

.PHONY: clean
clean: ## remove the environments and caches
	rm -rf .venv .venv-train .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %s; name another: make PYTHON=python3.12 …" % sys.version.split()[0])'
	@echo "environment: making .venv"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.local: .venv/bin/uv requirements/local.txt components/requirements.txt inference_app/requirements.in
	@echo "environment: installing requirements/local.txt"
	@$(UV) -r requirements/local.txt
	@touch $@

.venv/.dev: .venv/.local requirements/dev.txt requirements.txt
	@echo "environment: installing requirements/dev.txt"
	@$(UV) -r requirements/dev.txt
	@touch $@

.venv-train/.ready: .venv/bin/uv requirements/train.txt
	@echo "environment: installing requirements/train.txt into .venv-train"
	@$(PYTHON) -m venv --without-pip .venv-train
	@.venv/bin/uv pip sync --quiet --python .venv-train/bin/python requirements/train.txt
	@touch $@
