# demarche: who takes which position towards whom. `make help` lists what there is.
VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ALL     := -std=c11 -D_GNU_SOURCE -Isrc -DDM_VERSION='"$(VERSION)"' $(WARN)
LIBS    := -lsvm -lutf8proc -ljansson -lstemmer -lm -lpthread
BUILD   ?= build

ROOMS   := $(filter-out src/cmd_% src/main.c src/cli.c src/command.c,$(sort $(wildcard src/*.c src/base/*.c)))
COMMANDS:= $(sort $(wildcard src/cmd_*.c src/main.c src/cli.c src/command.c))
TESTS   := $(sort $(wildcard tests/*/test_*.c))
LIB_O   := $(ROOMS:src/%.c=$(BUILD)/%.o)
CMD_O   := $(COMMANDS:src/%.c=$(BUILD)/%.o)
TEST_P  := $(TESTS:tests/%.c=$(BUILD)/tests/%)

CORPUS  := $(sort $(wildcard training/text/*.txt))
TRAIN   := --scheme labels/positions.json --seed 1 --folds 5 --name positions

.PHONY: corpus models all setup test asan clean help units
all: setup ## builds build/demarche and the library
	@$(MAKE) --no-print-directory $(BUILD)/libdemarche.a $(if $(wildcard src/main.c),$(BUILD)/demarche)

setup:
	@./setup.sh

$(BUILD)/%.o: src/%.c
	@mkdir -p $(dir $@)
	$(CC) $(ALL) $(CFLAGS) -fPIC -MMD -c $< -o $@

$(BUILD)/libdemarche.a: $(LIB_O)
	@rm -f $@
	ar rcs $@ $(LIB_O)

$(BUILD)/demarche: $(CMD_O) $(BUILD)/libdemarche.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(CMD_O) $(BUILD)/libdemarche.a $(LIBS) -o $@

$(BUILD)/tests/%: tests/%.c $(BUILD)/libdemarche.a
	@mkdir -p $(dir $@)
	$(CC) $(ALL) -Wno-conversion $(CFLAGS) $(LDFLAGS) $< $(BUILD)/libdemarche.a -lcmocka $(LIBS) -o $@

SANITIZE := CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all" BUILD=$(BUILD)/asan

test: setup ## installs what is missing, builds with sanitizers, runs all tests
	@$(MAKE) --no-print-directory $(SANITIZE) units

asan: test ## the same: tests always run under address and undefined-behaviour sanitizers

units: $(TEST_P)
	@set -e; for t in $(TEST_P); do $$t; done

corpus: all ## writes training/*.jsonl anew from the text form in training/text
	@set -e; for f in $(CORPUS); do $(BUILD)/demarche corpus import $$f -f -o training/$$(basename $$f .txt).jsonl; done

models: corpus ## rebuilds the shipped model from training/ and labels/, byte for byte
	$(BUILD)/demarche train $(sort $(wildcard training/*.jsonl)) $(TRAIN) -j $$(nproc) -q -f -o models/positions.model --report models/positions.json

clean: ## removes build/
	rm -rf build

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

-include $(LIB_O:.o=.d) $(CMD_O:.o=.d)
