#!/bin/sh
# Installs the Debian packages of peers.txt that are missing. Where it cannot, it says loudly which tests
# will be left out, and with CI=true it ends with 1: there nothing may be left out.
set -eu
cd "$(dirname "$0")"

missing=
while read -r name _; do
  case $name in '' | '#'*) continue ;; esac
  status=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $name"
done <peers.txt
[ -n "$missing" ] || exit 0

give_up() {
  echo '************************************************************************' >&2
  echo "NOT INSTALLED:$missing" >&2
  echo "Why: $1" >&2
  echo 'Tests that need them will be LEFT OUT:' >&2
  for name in $missing; do grep "^$name " peers.txt | sed 's/^/  /' >&2; done
  echo "To have them: apt-get install --no-install-recommends$missing" >&2
  echo '************************************************************************' >&2
  [ "${CI:-}" != true ] || exit 1
  exit 0
}

command -v apt-get >/dev/null 2>&1 || give_up 'this is not Debian (no apt-get).'
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=sudo
else
  give_up 'installing needs root or sudo.'
fi

echo "Installing Debian packages for tests:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Both variables hold plain words that are meant to be split.
# shellcheck disable=SC2086
if ! {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 install --no-install-recommends $missing
} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  give_up 'apt-get failed, see above.'
fi
