# Everything is done through these targets, here and in CI. Each first makes sure of the pinned tools and packages,
# which takes a fraction of a second when nothing has changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help

DOCKET_HOME ?= $(CURDIR)/.docket
export DOCKET_HOME
export PATH := $(abspath $(DOCKET_HOME))/tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
PYTHON ?= python3

SOURCES := $(shell find libs/*/src apps/*/src -name '*.ts' 2>/dev/null) $(wildcard libs/*/package.json apps/*/package.json) \
	package-lock.json nest-cli.json .swcrc tsconfig.base.json
BUILD_STAMP := node_modules/.docket-build
JEST_OPTIONS := NODE_OPTIONS='--experimental-vm-modules --disable-warning=ExperimentalWarning'
JEST := $(JEST_OPTIONS) jest

.PHONY: help setup build demo up down status logs dev seed test test-full drills release-drill runbook-drill check fix mutation bench eval parse bench-formats bench-requests bench-search bench-telemetry doctor db-migrate \
	db-rollback clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  %-12s %s\n", $$1, $$2}'

setup: ## Fetch the pinned tools and packages into .docket and node_modules
	@$(PYTHON) tools/bootstrap.py

# A rule of its own, so that the bootstrap has run before its stamp is compared.
build: setup ## Compile what changed
	@$(MAKE) --no-print-directory $(BUILD_STAMP)

$(BUILD_STAMP): $(SOURCES)
	@npm run --silent build > $(DOCKET_HOME)/build.log 2>&1 || { cat $(DOCKET_HOME)/build.log; exit 1; }
	@touch $@

demo: build ## Start everything and run the whole story on real parts, checking each claim
	@node tools/demo/main.ts

up: build ## Start the stack in the background and write .docket/local.env
	@node tools/stack/up.ts

down: setup ## Stop what `up` started
	@node tools/stack/down.ts

status: setup ## Say what is running and where
	@node tools/stack/status.ts

logs: setup ## Show the logs; NAME=api for one process, ID=... for the lines about one request or run
	@node tools/stack/logs.ts $(NAME) $(if $(FOLLOW),--follow)

dev: build ## Run API and worker with reload on change
	@node tools/dev/main.ts

seed: build ## Fill the running stack: SCENARIO=samples, failures or many
	@node tools/seed/main.ts $(SCENARIO)

test: build ## All tests that need wheels and npm packages only
	@$(JEST_OPTIONS) node tools/testing/main.ts $(JEST_REPORT)

test-full: test ## `test`, and what takes minutes or needs Go: stacks killed and brought up again, a real S3 server
	@$(JEST_OPTIONS) node tools/test-full/main.ts $(JEST_REPORT)

drills: build ## The longest tests, by hand: faults by chance, every server killed, races by the dozen
	@$(JEST) --config jest.full.config.ts --selectProjects drills

release-drill: build ## Ramp up a build that spoils passages, roll it back, undo what it made; restart every process under load
	@$(JEST) --config jest.full.config.ts --selectProjects drills --testPathPatterns drills/release

runbook-drill: build ## Make each fault of the runbook on a real stack, and run the page's own commands until it is over
	@$(JEST) --config jest.full.config.ts --selectProjects drills --testPathPatterns drills/runbooks

check: build ## Types, lint and borders, formatting, unused code, generated files
	@tsc -b
	@eslint . --cache --cache-location node_modules/.cache/eslint/ --max-warnings 0
	@prettier --check --log-level warn .
	@knip
	@node tools/docs/configuration.ts --check
	@node tools/docs/roles.ts --check
	@node tools/openapi/main.ts --check

fix: build ## Mend what can be mended by machine
	@prettier --write --log-level warn .
	@eslint . --fix --cache --cache-location node_modules/.cache/eslint/
	@node tools/docs/configuration.ts
	@node tools/docs/roles.ts
	@node tools/openapi/main.ts --release

mutation: build ## Put mistakes into the code of access, tenancy, idempotency, audit and tokens, and count those no test notices
	@nice node tools/mutation/main.ts $(GROUP)

bench: build ## Measure throughput and latency beside a bare workflow; see docs/benchmarks.md
	@node tools/bench/main.ts

eval: build ## Measure search and tickets on the labelled samples; UPDATE=1 commits the figures, PROVIDERS=… asks paid models, too
	@node tools/eval/main.ts $(if $(UPDATE),--update) $(if $(PROVIDERS),--providers=$(PROVIDERS))

bench-formats: build ## Measure files per second by format, warm parser children against fresh ones
	@node tools/bench-formats/main.ts

bench-requests: build ## Measure what a credential and the organisation's policies cost a request, beside a bare Nest application
	@node tools/bench-requests/main.ts

bench-search: build ## Measure search in organisations of 100 to 100,000 passages: recall, latency in the API by stage, plans
	@node tools/bench-search/main.ts

bench-telemetry: build ## Measure what traces cost: the same documents with telemetry on and off, in turns
	@node tools/bench-telemetry/main.ts

parse: build ## Print what a file becomes: FILE=path, and TYPE=media/type where the extension does not say it
	@node tools/parse/main.ts "$(FILE)" $(TYPE)

doctor: setup ## Name each problem of this machine or stack with its fix
	@node tools/stack/doctor.ts

db-migrate: build ## Bring the database of DATABASE_ADMIN_URL up to date
	@node libs/db/dist/commands/migrate.js up

db-rollback: build ## Take the newest migration back
	@node libs/db/dist/commands/migrate.js down

clean: setup ## Stop the stack and remove its data; ALL=1 removes tools, packages and builds too
	@node tools/stack/clean.ts $(if $(ALL),--all)
	@if [ -n "$(ALL)" ]; then rm -rf node_modules libs/*/dist apps/*/dist dist-types; fi
