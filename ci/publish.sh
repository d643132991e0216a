#!/bin/sh
# Publishes firmware with the command line `fettle`, from any build server. All it takes comes from the environment,
# and no value ever becomes part of a command. Ends with 0, 1 (a gate, the release or the rollout is not as it has to
# be), 2 (something is not set up) or 3 (the server was not reached).
set -eu

FETTLE=${FETTLE:-fettle}
newline='
'

fail() {
  echo "fettle publish: $1" >&2
  exit 2
}

# Exit codes of the command line (docs/cli.md) as those of a job.
meaning() {
  case $1 in
    0) echo 0 ;;
    2 | 3 | 4) echo 2 ;;
    7) echo 3 ;;
    *) echo 1 ;;
  esac
}

# Runs a command again while the server is away: what is published once is confirmed, not made anew.
patiently() {
  attempt=1
  while :; do
    code=0
    "$@" || code=$?
    if [ "$code" -ne 7 ] || [ "$attempt" -ge "${FETTLE_ATTEMPTS:-6}" ]; then break; fi
    echo "fettle publish: the server is away, trying again ($attempt)" >&2
    sleep $((attempt * 2))
    attempt=$((attempt + 1))
  done
  [ "$code" -eq 0 ] || exit "$(meaning "$code")"
}

[ -n "${FETTLE_SERVER:-}" ] || fail 'expected FETTLE_SERVER, the URL of the server'
[ -n "${FETTLE_VERSION:-}" ] || fail 'expected FETTLE_VERSION, e.g. 1.2.3'
[ -n "${FETTLE_ARTIFACTS:-}" ] || fail 'expected FETTLE_ARTIFACTS, files or globs, one a line'
if [ -z "${FETTLE_ID_TOKEN:-}" ] && [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ] && [ -z "${FETTLE_TOKEN:-}" ]; then
  fail 'expected FETTLE_ID_TOKEN, the ID token of this job (docs/publishing.md)'
fi
rollout=${FETTLE_ROLLOUT:-none}
case ${FETTLE_WAIT:-gates} in
  gates | rollout) ;;
  *) fail 'FETTLE_WAIT: expected gates or rollout' ;;
esac
if [ "$rollout" != none ] && [ -z "${FETTLE_ROLLOUT_TOKEN:-}" ]; then
  fail 'FETTLE_ROLLOUT: the token of a publisher starts no rollout, expected FETTLE_ROLLOUT_TOKEN'
fi
if [ "$rollout" != none ] && [ -z "${FETTLE_KEY:-}" ]; then
  fail 'FETTLE_ROLLOUT: without FETTLE_KEY nothing is published that could be rolled out'
fi
rollout_token=${FETTLE_ROLLOUT_TOKEN:-}
unset FETTLE_ROLLOUT_TOKEN

# The short-lived token lies in a folder of this job alone, and goes with it.
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
trap 'rm -rf "$XDG_CONFIG_HOME"' EXIT
trap 'exit 130' INT TERM

# Lines become arguments here. Between lines nothing is split; only names of artifacts are globs.
IFS=$newline
set -f
set -- release publish --version "$FETTLE_VERSION"
for line in ${FETTLE_TYPE:-}; do set -- "$@" --type "$line"; done
[ -z "${FETTLE_COMPONENT:-}" ] || set -- "$@" --component "$FETTLE_COMPONENT"
[ -z "${FETTLE_NOTES:-}" ] || set -- "$@" "--notes=$FETTLE_NOTES"
[ -z "${FETTLE_ROOT:-}" ] || set -- "$@" --root "$FETTLE_ROOT"
for line in ${FETTLE_SBOM:-}; do set -- "$@" --sbom "$line"; done
for line in ${FETTLE_VEX:-}; do set -- "$@" --vex "$line"; done
for line in ${FETTLE_PROVENANCE:-}; do set -- "$@" --provenance "$line"; done
for line in ${FETTLE_KEY:-}; do set -- "$@" --key "$line"; done
[ -n "${FETTLE_KEY:-}" ] || set -- "$@" --check-only
set +f
set -- "$@" --
for file in $FETTLE_ARTIFACTS; do set -- "$@" "$file"; done
unset IFS

# Each exchange takes an ID token that was not used before: one login, whose token all commands below use.
if [ -z "${FETTLE_TOKEN:-}" ]; then
  patiently "$FETTLE" login --oidc
  unset FETTLE_ID_TOKEN
fi
patiently "$FETTLE" "$@"
if [ -n "${FETTLE_KEY:-}" ]; then
  "$FETTLE" release show "$FETTLE_VERSION" --json >"${FETTLE_RESULT:-fettle-release.json}" ||
    echo "fettle publish: not published yet, others have to sign" >&2
fi
[ "$rollout" != none ] || exit 0

set -- rollout start --once --version "$FETTLE_VERSION" --group "${FETTLE_GROUP:-all}"
case $rollout in
  safe | fast | emergency) set -- "$@" --preset "$rollout" ;;
  *) set -- "$@" --plan "$rollout" ;;
esac
[ "${FETTLE_WAIT:-gates}" != rollout ] || set -- "$@" --watch
FETTLE_TOKEN=$rollout_token
export FETTLE_TOKEN
patiently "$FETTLE" "$@"
