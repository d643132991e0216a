#!/bin/sh
# Once, by somebody who may: the fleet, who signs its releases, what it demands, and which pipelines may publish.
# Ids of GitHub: gh api repos/OWNER/NAME --jq '.id, .owner.id'. For GitLab: CI_PROVIDER=gitlab, and CI_ISSUER for an instance of your own.
set -eu
: "${RELEASE_KEY:?public key file that signs releases}" "${CI_ID:?id of the repository or project}" "${CI_OWNER_ID:?id of its owner or group}"

fettle fleet create gateway --type raspberrypi4-64
fettle fleet use gateway
fettle fleet key add "$RELEASE_KEY" --name release
fettle fleet group save development --filter 'tag.stage == "development"' --allow-unknown
fettle policy set "$(dirname "$0")/policy.yaml"

trust() {
  name=gateway-$1
  case ${CI_PROVIDER:-github} in
    github) set -- --provider github --match "repository_id=$CI_ID" --match "repository_owner_id=$CI_OWNER_ID" --match "environment=$1" ;;
    gitlab) set -- --provider gitlab --match "project_id=$CI_ID" --match "namespace_id=$CI_OWNER_ID" --match "environment=$1" --match ref_protected=true ;;
    *) echo "CI_PROVIDER: expected github or gitlab" >&2 && exit 2 ;;
  esac
  [ -z "${CI_ISSUER:-}" ] || set -- "$@" --issuer "$CI_ISSUER"
  fettle publisher add "$name" "$@"
}
trust release
trust nightly
