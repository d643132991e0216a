#!/bin/sh
# Ends with 1 and says what to do when the `node` on the PATH is too old to run Fettle.
set -eu

found=$(node --version 2>/dev/null || echo none)
version=${found#v}
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
case $major in
  '' | *[!0-9]*) major=0 minor=0 ;;
esac

if [ "$major" -lt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -lt 15 ]; }; then
  echo "Expected Node.js 24.15 or later, found $found." >&2
  echo 'On Linux (x64, arm64) the right one comes with the packages: run `make clean check`.' >&2
  echo 'Elsewhere install it from https://nodejs.org/ and try again.' >&2
  exit 1
fi
