#!/bin/sh
# Installs what package-lock.json names, and generates the database client, when either has changed since the last time.
# Runs on the machine's own shell and npm; what follows in a script runs on the Node that the package `node` pins.
set -eu
cd "$(dirname "$0")/../.."

lock=$(cksum <package-lock.json)
installed=node_modules/.drayage-installed
if [ ! -x node_modules/.bin/node ] || [ "$(cat "$installed" 2>/dev/null || true)" != "$lock" ]; then
  echo "Installing packages ..." >&2
  npm ci --no-audit --no-fund >&2
  printf '%s' "$lock" >"$installed"
fi

schema=$(cat prisma/schema.prisma package-lock.json | cksum)
generated=lib/db/generated/.drayage-schema
if [ "$(cat "$generated" 2>/dev/null || true)" != "$schema" ]; then
  # Generating needs no engine: naming any program keeps Prisma from downloading one.
  PATH="$PWD/node_modules/.bin:$PATH" PRISMA_SCHEMA_ENGINE_BINARY="$PWD/node_modules/.bin/node" \
    node_modules/.bin/prisma generate >&2
  printf '%s' "$schema" >"$generated"
fi
