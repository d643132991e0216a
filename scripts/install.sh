#!/bin/sh
# Installs what package-lock.json names, but only when it changed since the last time.
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
  echo 'Expected npm, found none. Install Node.js 20 or later together with npm (Debian: apt-get install npm).' >&2
  exit 1
fi

stamp=node_modules/.fettle-lock
if ! cmp -s package-lock.json "$stamp"; then
  echo 'Installing packages (only when package-lock.json has changed) ...'
  # Warnings are off: an old Node that merely runs npm is fine here, as the right one is among the packages.
  npm ci --loglevel=error --no-fund --no-audit
  cp package-lock.json "$stamp"
fi

# npm 10 forgets to link a program that two packages for different machines bring, although only one was installed.
for node in node_modules/node-linux-*/bin/node; do
  [ ! -x "$node" ] || [ -e node_modules/.bin/node ] || ln -sf "../${node#node_modules/}" node_modules/.bin/node
done

PATH="$PWD/node_modules/.bin:$PATH" sh scripts/need-node.sh
