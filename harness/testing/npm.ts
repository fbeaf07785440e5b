/** An npm that installs nothing: it gives the packages of this checkout, and notes where it was asked to. */
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./program-under-test.ts";
import type { TemporaryProject } from "./project.ts";

export class FakeNpm {
  readonly #notes: string;
  readonly #program: string;

  constructor(project: TemporaryProject) {
    this.#notes = project.at("models", "npm-calls");
    this.#program = project.write(
      "models/bin/npm",
      `#!/bin/sh
echo "$PWD $*" >> '${this.#notes}'
# What was begun before a signal is still written after it.
stop() {
  trap '' INT TERM
  sleep 0.5
  mkdir -p "$PWD/node_modules/late"
  exit 1
}
trap stop INT TERM
tenths=0
while [ -n "$FIXTURE_NPM_WAITS" ] && [ $tenths -lt 1200 ]; do sleep 0.1; tenths=$((tenths + 1)); done
ln -s '${join(ROOT, "node_modules")}' node_modules
`,
    );
    chmodSync(this.#program, 0o755);
  }

  /** For a program that is to find it in place of npm; with `waits` it installs until it is stopped, two minutes at most. */
  env({ waits = false } = {}): Record<string, string> {
    const path = `${dirname(this.#program)}${delimiter}${process.env.PATH}`;
    return { PATH: path, ...(waits && { FIXTURE_NPM_WAITS: "true" }) };
  }

  /** Folder and arguments of each call. */
  calls(): string[] {
    return existsSync(this.#notes) ? readFileSync(this.#notes, "utf8").trim().split("\n") : [];
  }
}
