#!/bin/sh
# make install into an empty place: the program finds its model and gazetteer there, a foreign program builds with
# pkg-config against the static and the shared library, the man page reads.
set -u
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-install.XXXXXX") || exit 2
trap 'rm -rf "$W"' EXIT
passed=0 failed=0
ok() { name=$1; shift; if "$@" >"$W/said" 2>&1; then passed=$((passed + 1)); echo "ok      $name"; else failed=$((failed + 1)); echo "FAILED  $name"; head -5 "$W/said"; fi; }

P=$W/usr
ok "make install" make -s install PREFIX="$P"
printf 'China accused the United States of bullying on Tuesday.\n' >"$W/2022-03-01-a.txt"
here() { (cd "$W" && "$@"); }
ok "classify, away from the source" here "$P/bin/demarche" classify -q 2022-03-01-a.txt -o a.jsonl
ok "a record" grep -q '"CHN".*"USA"' "$W/a.jsonl"
export PKG_CONFIG_PATH=$P/lib/pkgconfig
flags() { pkg-config --cflags --libs "$@" demarche; }
ok "the example, shared library" cc docs/example.c $(flags) -o "$W/shared"
ok "the example, static library" cc docs/example.c $(pkg-config --cflags demarche) "$P/lib/libdemarche.a" $(flags --static) -o "$W/static"
for kind in shared static; do
    LD_LIBRARY_PATH=$P/lib "$W/$kind" "$P/share/demarche/models/positions.model" "$P/share/demarche/labels/actors" <"$W/2022-03-01-a.txt" >"$W/$kind.jsonl"
    ok "the example, $kind, gives the record" grep -q '"CHN"' "$W/$kind.jsonl"
done
ok "the man page has the commands" grep -q classify "$P/share/man/man1/demarche.1"
ok "DESTDIR stands before PREFIX" make -s install DESTDIR="$W/root" PREFIX=/opt/d
ok "and not in the pkg-config file" grep -q '^prefix=/opt/d$' "$W/root/opt/d/lib/pkgconfig/demarche.pc"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
