#!/bin/sh
# Installs the Debian packages that the build needs and does not find, and says so.
set -eu
packages="gcc make pkg-config libc6-dev libsvm-dev libutf8proc-dev libjansson-dev libcmocka-dev libstemmer-dev iso-codes"
missing=""
for p in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "Missing packages. As root: apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 3
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends $missing >/dev/null
