# The commands of the project; `make` lists them. Each one prepares its own environment first.
# Written for GNU make 3.81 (macOS) and later.

.DEFAULT_GOAL := help
.PHONY: help setup run test fuzz simulate simulate-mutants exhaust storm lint format build synth deploy rotate-keys republish bench contracts audit sbom clean

PYTHON := .venv/bin/python
# An environment knows its place: a copy of a checkout, or one that was moved, gets its own.
READY := .venv/.ready-$(shell printf %s "$(CURDIR)" | cksum | cut -d' ' -f1)

export PATH := $(CURDIR)/.tools/uv/bin:$(PATH)
# Without it every process compiles the libraries anew.
unexport PYTHONDONTWRITEBYTECODE
# jsii prints a banner for each Node that is older or newer than those it was tested with.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 1
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

help: ## List the targets (the default)
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name text; do \
		printf '  make %-11s %s\n' "$$name" "$$text"; done

setup: $(READY) ## Make .venv from uv.lock; installs uv into .tools when it is missing

$(READY): uv.lock pyproject.toml cdk/bootstrap.sh
	@sh cdk/bootstrap.sh && touch $@

run: $(READY) ## Run everything on this machine: PORT, RESERVATION_SECONDS, DEMO=0, STRIPE_SECRET_KEY
	@exec $(PYTHON) -m cdk.local

test: $(READY) ## Run every test, with coverage: ARGS="-k reserve" for some
	@exec $(PYTHON) -m pytest $(or $(ARGS),--cov --numprocesses logical --no-loadscope-reorder)

fuzz: $(READY) ## Send what the OpenAPI document allows and forbids, for long: ARGS="--help" for how long
	@exec $(PYTHON) -m tests.fuzz $(ARGS)

simulate: $(READY) ## Search for schedules that break an invariant: SCHEDULES=2000 SEED=1
	@exec $(PYTHON) -m tests.simulation --schedules $(or $(SCHEDULES),2000) --seed $(or $(SEED),1)

simulate-mutants: $(READY) ## Put plausible defects into the product, and let the search find each
	@exec $(PYTHON) -m tests.simulation.mutants $(ARGS)

exhaust: $(READY) ## Play every fault at every call of some stories: ARGS="--pairs purchase"
	@exec $(PYTHON) -m tests.simulation.crash_points $(ARGS)

storm: $(READY) ## Let people and faults loose on a service that runs: SECONDS=60 SEED=1
	@exec env SECONDS="$(SECONDS)" SEED="$(SEED)" $(PYTHON) -m tests.storm

lint: $(READY) ## Check style, format, types and dangerous calls
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@$(PYTHON) -m bandit --quiet --configfile pyproject.toml --recursive functions layers cdk

format: $(READY) ## Format the code and fix what can be fixed
	@$(PYTHON) -m ruff check --fix-only
	@$(PYTHON) -m ruff format

build: $(READY) ## Build the assets of functions and layers into build/, without Docker
	@$(PYTHON) -m layers.build

synth: build ## Write the CloudFormation templates into cdk.out/
	@$(PYTHON) -m cdk.app

deploy: $(READY) ## Deploy to AWS with the credentials at hand: STACKS="Web Firewall" ARGS="-c stage=prod"
	@exec npx --yes aws-cdk@2.1148.1 deploy $(if $(STACKS),--exclusively $(STACKS),--all) $(ARGS)

rotate-keys: $(READY) ## Replace the key that signs access tokens, in half an hour: STAGE=prod, LEAKED=1
	@exec $(PYTHON) -m cdk.rotation $(STAGE) $(if $(filter 1,$(LEAKED)),--leaked)

republish: $(READY) ## Send again the events that could not be published: STAGE=prod, DRY_RUN=1 only lists
	@exec $(PYTHON) -m cdk.republish $(STAGE) $(if $(filter 1,$(DRY_RUN)),--dry-run)

bench: $(READY) ## Measure the design budgets; writes build/bench.json
	@exec $(PYTHON) -m tests.benchmarks

contracts: $(READY) ## Regenerate events/ and the OpenAPI document
	@$(PYTHON) -m cdk.contracts

audit: $(READY) ## Ask PyPI what is known against the locked packages; fails too if it cannot ask
	@$(PYTHON) -m layers.audit $(ARGS)

sbom: $(READY) ## List what the functions carry in build/sbom.json (CycloneDX)
	@$(PYTHON) -m layers.sbom

clean: ## Remove what was built; keeps .venv and .tools
	rm -rf build cdk.out .local .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
