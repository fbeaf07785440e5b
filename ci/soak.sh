#!/usr/bin/env bash
# Tests too slow for every change: 200 kills of a suite of milliseconds and three of a real training, 200 of a
# collection, 200 tasks on a real Slurm. Run after changes of harness/execute or harness/store; the NOTEBOOK has the
# latest figures.
# About ten minutes on two cores. Needs root, for Slurm's daemons, and what .ci/run installs; it leaves nothing out silently.
set -euo pipefail
cd "$(dirname "$0")/.."
export SOAK=1
exec node --import tsx --test --test-reporter=spec --test-timeout=5400000 --test-concurrency=1 \
  harness/execute/kill.test.ts harness/cli/collect.test.ts harness/execute/slurm/slurm.test.ts
