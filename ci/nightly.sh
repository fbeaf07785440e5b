#!/usr/bin/env bash
# One night, on a laptop as well: bash ci/nightly.sh [--budget MINUTES] [--store DIR] [--out DIR], or --help
# Engine check, controls, every suite with an accepted baseline compared with it (a regression is confirmed on fresh seeds
# first), then runs of the paper's profile for what is left. Leaves index.html, night.json, night.junit.xml, night.md and the pages in
# --out, prints one line, and exits 0 (good), 1 (a confirmed regression), 2 (wrong use), 3 (could not judge) or 4 (a bug).
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -d node_modules ]] || npm ci >&2
exec node --import tsx ci/nightly/nightly.ts "$@"
