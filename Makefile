# The front door of Fettle. Every target installs what it lacks; `make` alone says what there is.
.POSIX:
.SUFFIXES:

# make demo ONCE=1: do not stay when the demo is through.
ONCE =

help:
	@echo 'make demo         the whole path on this machine: server, devices, good and bad releases'
	@echo 'make demo ONCE=1  the same without staying; ends with "demo: ok in N s" or an error'
	@echo 'make check        format, lint, types, floors'
	@echo 'make test         every test; installs the Debian packages that some of them need'
	@echo 'make bench        measures and writes bench/latest.json'
	@echo 'make clean        removes what was installed and built'

demo: install
	@set --; if [ -n '$(ONCE)' ]; then set -- --once; fi; npm run --silent demo -- "$$@"

check: install
	@npm run --silent check

test: install
	@sh scripts/install-peers.sh
	@if [ "$${CI:-}" = true ]; then FETTLE_PEERS=required; export FETTLE_PEERS; fi; npm run --silent test

bench: install
	@npm run --silent bench

clean:
	rm -rf node_modules packages/*/node_modules .build .demo dist bench/latest.json

install:
	@sh scripts/install.sh

.PHONY: help demo check test bench clean install
