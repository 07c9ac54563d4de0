# demarche: who takes which position towards whom. `make help` lists what there is.
VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ALL     := -std=c11 -D_GNU_SOURCE -Isrc -DDM_VERSION='"$(VERSION)"' $(WARN)
LIBS    := -lsvm -lutf8proc -ljansson -lstemmer -lm -lpthread
BUILD   ?= build

ROOMS   := $(filter-out src/cmd_% src/main.c src/cli.c src/command%,$(sort $(wildcard src/*.c src/base/*.c)))
COMMANDS:= $(sort $(wildcard src/cmd_*.c src/main.c src/cli.c src/command*.c))
TESTS   := $(sort $(wildcard tests/*/test_*.c))
SCRIPTS := $(sort $(wildcard tests/*/run.sh))
LIB_O   := $(ROOMS:src/%.c=$(BUILD)/%.o)
CMD_O   := $(COMMANDS:src/%.c=$(BUILD)/%.o)
TEST_P  := $(TESTS:tests/%.c=$(BUILD)/tests/%)

CORPUS  := $(sort $(wildcard training/text/*.txt))
TRAIN   := --scheme labels/positions.json --seed 1 --folds 5 --min-count 10 --name positions

.PHONY: corpus models retrain gold demo install layers words all setup test asan clean help units
all: setup ## builds build/demarche and the library
	@$(MAKE) --no-print-directory $(BUILD)/libdemarche.a $(if $(wildcard src/main.c),$(BUILD)/demarche)

setup:
	@./setup.sh

$(BUILD)/%.o: src/%.c
	@mkdir -p $(dir $@)
	$(CC) $(ALL) $(CFLAGS) -fPIC -MMD -c $< -o $@

$(BUILD)/libdemarche.a: $(LIB_O) Makefile
	@rm -f $@
	ar rcs $@ $(LIB_O)

$(BUILD)/demarche: $(CMD_O) $(BUILD)/libdemarche.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(CMD_O) $(BUILD)/libdemarche.a $(LIBS) -o $@

$(BUILD)/tests/%: tests/%.c $(BUILD)/libdemarche.a
	@mkdir -p $(dir $@)
	$(CC) $(ALL) -Wno-conversion $(CFLAGS) $(LDFLAGS) $< $(BUILD)/libdemarche.a -lcmocka $(LIBS) -o $@

SANITIZE := CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all" BUILD=$(BUILD)/asan

demo: all ## installs what is missing, builds, classifies tests/articles and shows the report
	@./demo.sh

test: all ## installs what is missing, builds with sanitizers, runs all tests
	@$(MAKE) --no-print-directory layers
	@$(MAKE) --no-print-directory words
	@$(MAKE) --no-print-directory $(SANITIZE) units build/asan/demarche
	@set -e; for t in $(SCRIPTS); do echo "== $$t"; DEMARCHE=build/demarche DEMARCHE_ASAN=build/asan/demarche sh $$t; done

asan: test ## the same: tests always run under address and undefined-behaviour sanitizers

gold: all ## measures classify on outside articles in ../shared, where they are
	@./tests/gold.sh

units: $(TEST_P)
	@set -e; for t in $(TEST_P); do $$t; done

# Rooms in the order of the house; base/ stands left of all. A file includes only what stands to its left.
HOUSE := doc token sentence clean reader scheme lexicon gazetteer members actor suggest claim feature fit calibrate joint model corpus agreement metrics instance train record classify drift tally report demarche command cli
layers: ## checks that no room includes one that stands to its right
	@awk -v house="$(HOUSE)" 'BEGIN { n = split(house, h, " "); for (i = 1; i <= n; i++) at[h[i]] = i } \
	  function room(f) { sub(/^src\//, "", f); sub(/\.[ch]$$/, "", f); if (f in at) return at[f]; while (sub(/_[a-z0-9]*$$/, "", f)) if (f in at) return at[f]; return f ~ /^base/ ? 0 : 999 } \
	  /^#include "/ { split($$0, q, "\""); if (room("src/" q[2]) > room(FILENAME)) { print FILENAME ": includes " q[2] ", which stands to its right"; bad = 1 } } END { exit bad }' src/*.[ch] src/base/*.[ch]

words: ## checks that the lists which are searched by halves stand in byte order
	@LC_ALL=C awk 'function ends() { for (w in list) if (searched[w] && list[w] != "ok") { print list[w]; bad = 1 } delete list; delete searched } \
	  FNR == 1 { ends() } \
	  /DM_WORD_IN\(/ { s = $$0; while (match(s, /, [a-z_]+\)/)) { searched[substr(s, RSTART + 2, RLENGTH - 3)] = 1; s = substr(s, RSTART + RLENGTH) } } \
	  /static const char \*const [a-z_]+\[\] = \{/ { split($$0, q, /\*const |\[\]/); now = q[2]; list[now] = "ok"; last = "" } \
	  now { s = $$0; sub(/\};.*/, "};", s); while (match(s, /"[^"]*"/)) { w = substr(s, RSTART + 1, RLENGTH - 2); s = substr(s, RSTART + RLENGTH); if (last != "" && last >= w) list[now] = FILENAME ":" FNR ": " now ": \"" w "\" behind \"" last "\""; last = w } } \
	  /\};/ { now = "" } END { ends(); exit bad }' src/*.c

corpus: all ## writes training/*.jsonl anew from the text form in training/text
	@set -e; for f in $(CORPUS); do $(BUILD)/demarche corpus import $$f -f -o training/$$(basename $$f .txt).jsonl; done
	@$(BUILD)/demarche corpus stats training/*.jsonl >training/stats.txt

OUT ?= models
retrain:
	$(BUILD)/demarche train $(sort $(wildcard training/*.jsonl)) $(TRAIN) -j $$(nproc) -q -f -o $(OUT)/positions.model --report $(OUT)/positions.json

models: corpus ## rebuilds the shipped model from training/ and labels/, byte for byte
	@$(MAKE) --no-print-directory retrain

$(BUILD)/libdemarche.so.0: $(LIB_O) Makefile
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libdemarche.so.0 $(LIB_O) $(LIBS) -o $@

SHARE = $(DESTDIR)$(PREFIX)/share/demarche
install: all $(BUILD)/libdemarche.so.0 ## installs program, library, header, model, gazetteer, man page (PREFIX, DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(SHARE)/models $(SHARE)/labels/actors $(SHARE)/labels/lexicon $(SHARE)/training
	install -m 755 $(BUILD)/demarche $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libdemarche.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(BUILD)/libdemarche.so.0 $(DESTDIR)$(PREFIX)/lib/
	ln -sf libdemarche.so.0 $(DESTDIR)$(PREFIX)/lib/libdemarche.so
	install -m 644 src/demarche.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 models/positions.model models/positions.model.md models/positions.json $(SHARE)/models/
	install -m 644 training/*.jsonl training/README.md $(SHARE)/training/
	install -m 644 labels/*.json labels/*.md $(SHARE)/labels/
	install -m 644 labels/members.tsv $(SHARE)/labels/
	install -m 644 labels/actors/*.tsv $(SHARE)/labels/actors/
	install -m 644 labels/lexicon/*.tsv $(SHARE)/labels/lexicon/
	install -m 644 docs/demarche.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' docs/demarche.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/demarche.pc

clean: ## removes build/
	rm -rf build

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

-include $(LIB_O:.o=.d) $(CMD_O:.o=.d)
