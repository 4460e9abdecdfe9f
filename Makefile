# make test    everything: sets up Kafka, Redis, Postgres and Chromium, then runs all tests with the race detector. It has no say
#              in work of one goroutine, and makes it ten to twenty times longer. So of packages that start none (.ci/norace) it
#              runs only tests called …Concurrently, and skips what calls testkit.OneGoroutine in those of .ci/both; the tests
#              of both run without it at the end. SQLite, which is C made to Go, is not instrumented. go vet is of make lint
# make lint    go vet, staticcheck, gofumpt
# make bench   nanoseconds and allocations a line of each stage, lines a CPU second from Kafka to counted, and templates
#              beside Drain and a plain copy of the bytes (TOCSIN_BENCH_LINES: a directory of .log files)
# make growth  what a line costs as replicas, partitions, services, series and rules grow (half an hour)
# make fuzz    each fuzz target for FUZZTIME
# make chaos   brokers, stores and replicas are killed and cut off for CHAOS_TIME (15m) under load; CHAOS_SEED replays a run
# make backlog BACKLOG_LINES (50 million) of lz4 wait in Kafka and are counted, exactly; it says how fast
# make pictures each page at 1280 and 400 px, light and dark, into PICTURES (pictures), and there slack.png of the README
# make demo    the demo
GO       ?= go
FUZZTIME ?= 5m
CHAOS_TIME ?= 15m
CHAOS_SEED ?=
BACKLOG_LINES ?= 50000000
PICTURES ?= $(CURDIR)/pictures
NORACE   := $(shell cat .ci/norace)
BOTH     := $(shell cat .ci/both)
RACE     := -race -vet=off -gcflags=modernc.org/...=-race=false
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: build demo test quick lint bench growth fuzz chaos backlog pictures services down

build:
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/tocsin ./cmd/tocsin

demo:
	$(GO) run ./cmd/tocsin run --demo

services:
	.ci/services up

down:
	.ci/services down

test: services
	eval "$$(.ci/services env)" && $(GO) test $(RACE) -timeout 20m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(NORACE))")
	$(GO) test $(RACE) -run 'Concurrently$$' $(NORACE)
	eval "$$(.ci/services env)" && $(GO) test -vet=off -timeout 10m $(NORACE) $(BOTH)

quick: services
	eval "$$(.ci/services env)" && $(GO) test ./...

lint:
	.ci/lint

bench: services
	eval "$$(.ci/services env)" && .ci/bench

growth: services
	eval "$$(.ci/services env)" && nice $(GO) run ./cmd/internal/growth

fuzz:
	.ci/fuzz $(FUZZTIME)

chaos: services
	CHAOS_TIME=$(CHAOS_TIME) CHAOS_SEED=$(CHAOS_SEED) $(GO) test -race -count 1 -timeout 2h -v -run '^TestChaos$$' ./cmd/internal/chaos

backlog: services
	eval "$$(.ci/services env)" && BACKLOG_LINES=$(BACKLOG_LINES) $(GO) test -count 1 -timeout 2h -v -run '^TestBacklog$$' ./cmd/internal/e2e

pictures: services
	mkdir -p $(PICTURES)
	eval "$$(.ci/services env)" && TOCSIN_SCREENSHOTS=$(PICTURES) $(GO) test -count 1 -run '^Test(EveryPage|Pictures)$$' ./dashboards/browsertest
