#!/usr/bin/env bash
# Runs of the paper's profile on idle cores: bash ci/campaign.sh start | status | collect | stop, or --help
# Executes the lines of reports/evidence/campaign.json in turn, each with the code of its revision, in a folder outside
# every checkout, at the lowest priority, in the background. See CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -d node_modules ]] || npm ci >&2
exec node --import tsx ci/campaign/campaign.ts "$@"
