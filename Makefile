# Two commands: `make run` and `make test`. Both install what is missing and build what is stale.
SHELL := bash
.DELETE_ON_ERROR:
.PHONY: run test bench demo check package pictures clean ui

# reed-solomon-erasure compiles C for this level instead of Haswell, so that what is built here runs on every
# 64-bit PC since 2009. Other processors take the compiler's default.
ifeq ($(shell uname -m),x86_64)
export RUST_REED_SOLOMON_ERASURE_ARCH := x86-64-v2
endif

# One feature graph for everything that tests build: another set of packages or features compiles most of the
# tree again.
GRAPH := --workspace --features chunkstream-engine/ts

## Opens the desktop application; without a display, a headless demo shows a transfer.
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
run: demo
else
run:
	scripts/system-packages run
	$(MAKE) --no-print-directory ui
	cargo run -p chunkstream-desktop
endif

## A real file between two engines over a lossy simulated link.
demo:
	@command -v cargo >/dev/null || { echo "missing: cargo (Rust from https://rustup.rs)" >&2; exit 1; }
	cargo run -p chunkstream-sim --bin chunkstream-demo

## Every test there is.
test:
	scripts/system-packages test
	$(MAKE) --no-print-directory ui
	cargo test $(GRAPH) --no-run
	cargo test $(GRAPH)
	npm --prefix ui test
	tests/gui/run

## Lints: what a change must pass besides the tests.
check:
	scripts/system-packages test
	$(MAKE) --no-print-directory ui
	cargo fmt --all --check
	cargo clippy $(GRAPH) --all-targets -- -D warnings
	npm --prefix ui run lint
	npm --prefix ui run types
	pyflakes3 tests

## A few minutes of figures: over emulated links beside quinn, scp and rsync where this is Linux and root, else over
## loopback beside quinn. docs/BENCHMARKS.md has the rest.
bench:
	cargo build --release --bin chunkstream --bin chunkstream-bench
	scripts/bench

## Packages of this system for release, in build/packages/. Minutes of compiling.
package:
	scripts/system-packages run
	$(MAKE) --no-print-directory ui
	scripts/package

## Pictures of every screen in build/pictures: the gallery in both themes and at each size, and the real windows.
pictures:
	scripts/system-packages test
	$(MAKE) --no-print-directory ui
	npm --prefix ui run pictures
	cargo build $(GRAPH) --bin chunkstream-desktop
	tests/gui/run

## The user interface, which the desktop application embeds.
ui: ui/node_modules/.package-lock.json
	npm --prefix ui run --silent build

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

clean:
	cargo clean
	rm -rf ui/node_modules ui/dist build
