# What can be made here; `make` alone lists it. The tools are brought by scripts/tools.sh.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:

NAME := qonto_payment_links_bg
RUST := Cargo.toml Cargo.lock $(shell find src -name '*.rs')
TEMPLATE := $(shell find pkg-template -type f)
PAPERS := CHANGELOG.md LICENSE-MIT LICENSE-APACHE
EXAMPLE := www-example

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

.PHONY: tools
tools:
	@scripts/tools.sh rust wasm npm

target/wasm-opt/$(NAME).wasm: $(RUST) package-lock.json scripts/env.sh scripts/wasm.sh scripts/trap.mjs scripts/sections.mjs scripts/twin.mjs scripts/wasm-opt.mjs | tools
	@echo "building the module"
	@scripts/wasm.sh

pkg/package.json: target/wasm-opt/$(NAME).wasm $(TEMPLATE) $(PAPERS) scripts/glue.mjs scripts/package.mjs | tools
	@scripts/run node scripts/package.mjs
	@touch $@

.PHONY: package
package: pkg/package.json ## Build the npm package into pkg/

.PHONY: test
test: ## Run every test of everything (about 8 min on 2 cores; the first time about 20)
	@scripts/tools.sh rust wasm npm browser python fuzz
	@scripts/run node scripts/test.mjs

.PHONY: vectors
vectors: package ## Only a million totals: Python, native, Node, Chromium (about 2 min)
	@scripts/tools.sh browser python
	@scripts/run node scripts/test.mjs vectors

.PHONY: twin
twin: package ## Only the twin in JavaScript: what tests the module's answers, and a million totals in Node and Chromium (about 3 min)
	@scripts/tools.sh browser python npm:$(EXAMPLE)
	@scripts/run python3 tests/oracle/vectors.py target/vectors.tsv
	@scripts/run node scripts/test.mjs twin

.PHONY: check
check: ## The fast checks: format, lints, native tests
	@scripts/tools.sh rust
	cargo fmt --all --check
	cargo clippy --locked --all-targets --all-features -- -D warnings
	cargo test --locked --all-features

SECONDS_EACH ?= 600

.PHONY: fuzz
fuzz: ## Fuzz each target for 10 minutes, or SECONDS_EACH=60
	@scripts/tools.sh rust fuzz
	@scripts/fuzz.sh $(SECONDS_EACH)

.PHONY: mutants
mutants: ## Change the core's code a little, in some 400 ways, and see that a test notices each (about 30 min)
	@scripts/tools.sh rust mutants
	@scripts/run cargo mutants --jobs 1 --output target

.PHONY: coverage
coverage: ## Which lines of the core the native tests reach; fails below 95 %
	@scripts/tools.sh rust coverage
	@scripts/run cargo llvm-cov --locked --all-features --ignore-filename-regex '^$(CURDIR)/fuzz/' --fail-under-lines 95 --show-missing-lines --quiet

CELLS ?=

.PHONY: matrix
matrix: package ## Run the packed package in every runtime, bundler and browser (about 2 min), or CELLS="vite next"
	@scripts/tools.sh npm npm:tests/matrix nodes browser firefox webkit
	@scripts/run node tests/matrix/run.mjs $(CELLS)

.PHONY: demo
demo: package ## Build the example shop and open it on this machine
	@scripts/tools.sh npm:$(EXAMPLE)
	@cd $(EXAMPLE) && ../scripts/run npm run --silent build && ../scripts/run node demo.mjs

.PHONY: size
size: package ## What the package and pages that use it weigh, against their ceilings, and what each part costs
	@scripts/run node scripts/size.mjs
	@scripts/run node scripts/parts.mjs
	@scripts/run node scripts/pages.mjs

.PHONY: twice
twice: package ## Build the module again elsewhere, and see that the bytes are the same (about 1 min)
	@scripts/twice.sh

.PHONY: bench
bench: package ## Compare with what one would take instead (about 3 min); with UPDATE_DOCS=1 the documents' tables and plot too
	@scripts/tools.sh browser
	@scripts/run node benches/speed.mjs
	@scripts/run node benches/create.mjs

LINKS ?= 20000

.PHONY: soak
soak: package ## Load and faults: 20 000 links by the Worker in workerd, a million bad payloads (about 2 min), or LINKS=2000
	@scripts/tools.sh npm:$(EXAMPLE)
	@LINKS=$(LINKS) scripts/run node tests/soak/worker.mjs
	@scripts/run node --expose-gc --max-semi-space-size=1 tests/soak/payloads.mjs

.PHONY: deny
deny: ## Check the licences, sources and advisories of the crates
	@scripts/tools.sh rust deny
	@scripts/deny.sh

.PHONY: clean
clean: ## Remove what was built (the tools stay)
	rm -rf target fuzz/target fuzz/corpus fuzz/artifacts pkg node_modules test-results $(EXAMPLE)/node_modules $(EXAMPLE)/test-results tests/matrix/node_modules tests/matrix/projects
