# What people run and what CI runs (`.ci/run`) are these targets; each sets up what it needs or says what is missing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run tour test web journeys web-sign node bench fuzz check advisories fmt toolchain nextest deny fuzzer

# rustup puts cargo here; a shell opened before it was installed does not look there yet.
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
# With a database in reach, the queries inside apalis-sqlite are checked against that one and fail.
export SQLX_OFFLINE := true
unexport DATABASE_URL

# The web client, as the hub has it in it. Its sources; the build replaces the folder whole.
client := web/dist/app/assets.json
client_sources := $(shell find web/src web/styles web/icons templates/pages -type f) web/mark.svg \
  $(addprefix web/,build.mjs shells.mjs sign.mjs esbuild.mjs) Cargo.toml
# npm writes this file last.
packages := web/node_modules/.package-lock.json

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: toolchain $(client) ## build the hub and start it on http://127.0.0.1:8080, data in ./data
	cargo run --release --locked --bin kentongan -- serve

tour: toolchain $(client) ## build the hub and walk through it once
	cargo run --release --locked --bin kentongan -- tour

test: toolchain nextest web journeys ## run every test, with a throw-away PostgreSQL, a real SMTP server and Chromium
	cargo test --locked --doc --package kentongan-protocol
	scripts/with-services cargo nextest run --locked --workspace

web: toolchain $(client) ## the web client: its build, types, vectors and stories in Node and in Chromium
	cargo build --locked --bin kentongan
	npm --prefix web run check
	npm --prefix web test
	@test -x /usr/bin/chromium || scripts/debian-packages chromium
	npm --prefix web run test:browser

journeys: toolchain $(client) ## people's journeys in a real Chromium on a real hub; pictures in web/dist/screens
	cargo build --locked --bin kentongan
	@test -x /usr/bin/chromium || scripts/debian-packages chromium
	npm --prefix web run test:journeys

$(client): $(client_sources) $(packages)
	npm --prefix web run --silent build

$(packages): web/package.json web/package-lock.json | node
	npm --prefix web ci --no-audit --no-fund
	@touch $@

web-sign: $(client) ## sign the web client just built for a release: KEY=file, an Ed25519 private key (PEM); then build the hub
	npm --prefix web run --silent sign -- "$(abspath $(or $(KEY),$(error KEY=file is missing: an Ed25519 private key, PEM)))"

bench: toolchain ## measure the protocol's arithmetic on one core
	cargo bench --locked --package kentongan-protocol --bench performance --no-run
	@# Pinned to the last core: being moved costs more than what is measured, and the first serves interrupts.
	@pin="taskset --cpu-list $$(($$(nproc) - 1))"; \
	$$pin true 2>/dev/null || { pin=; echo 'Not pinned to one core: that takes nproc and taskset.'; }; \
	$$pin cargo bench --quiet --locked --package kentongan-protocol --bench performance

# Not part of CI. The address sanitizer, for the unsafe code of transform, is an unstable option of the compiler: nightly
# has it, and so has stable with RUSTC_BOOTSTRAP=1. What is found lies in protocol/fuzz/artifacts.
SECONDS ?= 60
fuzz: toolchain fuzzer ## fuzz the protocol's parsers, hub and readers, SECONDS=60 each
	protocol/fuzz/seeds.py
	for target in parsers accept_and_open; do \
	  RUSTC_BOOTSTRAP=1 nice cargo fuzz run --fuzz-dir protocol/fuzz $$target -- \
	    -max_total_time=$(SECONDS) -max_len=8192 -print_final_stats=1; \
	done

check: toolchain deny ## formatting, lints, licences and sources of dependencies, documentation
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo deny --locked check --hide-inclusion-graph licenses bans sources
	RUSTDOCFLAGS='--deny warnings' cargo doc --locked --no-deps --package kentongan-protocol

# Apart from `check`: it needs the RustSec database from github.com, and an advisory published overnight should be news
# about the dependencies, not a failure of whatever change is being checked.
advisories: toolchain deny ## known vulnerabilities in dependencies (needs github.com)
	cargo deny --locked check advisories

fmt: toolchain ## format the Rust code
	cargo fmt --all

toolchain:
	@command -v cargo >/dev/null || { \
	  echo "Rust is missing. https://rustup.rs installs it:"; \
	  echo "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"; \
	  exit 1; } >&2
	@# SQLite and ring contain C.
	@command -v cc >/dev/null || scripts/debian-packages build-essential

# Without optimisation and debug information the two tools compile in one to two minutes each, and are fast enough.
install := CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug --no-default-features

node:
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null || { \
	  echo "Node 20.19 or newer is missing: https://nodejs.org"; exit 1; } >&2

nextest:
	@cargo nextest --version >/dev/null 2>&1 || $(install) cargo-nextest@0.9.151

deny:
	@cargo deny --version >/dev/null 2>&1 || $(install) cargo-deny@0.20.2

fuzzer:
	@cargo fuzz --version >/dev/null 2>&1 || $(install) cargo-fuzz@0.13.1
