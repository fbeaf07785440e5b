#!/usr/bin/env bash
# What takes too long for every change: 200 kills of a suite of milliseconds and three of a real training, 200 of a
# collection, 200 tasks on a real Slurm. Run it after changes of harness/execute or harness/store; figures of the last time stand in the NOTEBOOK.
# About ten minutes on two cores. Needs root, for Slurm's daemons, and what .ci/run installs; it leaves nothing out silently.
set -euo pipefail
cd "$(dirname "$0")/.."
export SOAK=1
exec node --import tsx --test --test-reporter=spec --test-timeout=5400000 --test-concurrency=1 \
  harness/execute/kill.test.ts harness/cli/collect.test.ts harness/execute/slurm/slurm.test.ts
