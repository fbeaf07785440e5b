/**
 * `node --import tsx --test ci/second-paper.ts` packs this package, installs it in a copy of ci/examples/second-paper, a
 * repository of its own, and runs every command there. npm takes the packages from its cache, or from the registry.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cacheDir } from "../harness/files/cache-dir.ts";
import { build } from "./build.ts";
import { ROOT } from "./source-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "second-paper-"));
const project = join(folder, "project");
after(() => rmSync(folder, { recursive: true, force: true }));

/** The engine is the one that this checkout's tests have installed. */
const ENV = { ...process.env, NODE_TEST_CONTEXT: undefined, HARNESS_CACHE: cacheDir() };
const MODEL = join("baselines", "models", "polynomial.ts");

/** Development packages of the project. */
const COMPILER = /^node_modules\/(@types\/node|undici-types|typescript|@typescript\/.*)$/;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
function run(command: string, args: readonly string[], cwd = project): Ended {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: ENV, encoding: "utf8" });
  if (error) throw error;
  return { status, stdout, stderr };
}
/** Throws where the exit code is not 0. */
function done(command: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = run(command, args, cwd);
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}
const harness = (...args: string[]): Ended =>
  run(process.execPath, [join("node_modules", ".bin", "reproducibility-harness"), ...args]);
const ok = (...args: string[]): string => {
  const { status, stdout, stderr } = harness(...args);
  assert.equal(status, 0, `${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
};
interface Judged {
  readonly judgements: readonly { readonly claimId: string; readonly verdict: string }[];
}
const verdictsIn = (json: string): Record<string, string> =>
  Object.fromEntries((JSON.parse(json) as Judged).judgements.map(({ claimId, verdict }) => [claimId, verdict]));
const commit = (message: string): void => {
  done("git", ["add", "--all"]);
  done("git", ["-c", "user.name=A test", "-c", "user.email=test@example.invalid", "commit", "-qm", message]);
};
const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(join(project, file), "utf8");
  assert.ok(text.includes(from), `${file} has ${from}`);
  writeFileSync(join(project, file), text.replace(from, to));
};

/** Puts the packed harness into the project's package.json and lockfile; the other packages are those of this lockfile. */
function depend(on: string): void {
  const file = join(project, "package.json");
  const own = JSON.parse(readFileSync(file, "utf8"));
  const specifier = `file:../${on}`;
  own.dependencies["reproducibility-harness"] = specifier;
  writeFileSync(file, `${JSON.stringify(own, null, 2)}\n`);
  const locked = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const { version, dependencies, engines, bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const integrity = `sha512-${createHash("sha512")
    .update(readFileSync(join(folder, on)))
    .digest("base64")}`;
  const { "": _, ...others } = locked.packages as Record<string, { readonly dev?: boolean }>;
  const packages = {
    "": {
      name: own.name,
      version: own.version,
      dependencies: own.dependencies,
      devDependencies: own.devDependencies,
    },
    "node_modules/reproducibility-harness": { version, resolved: specifier, integrity, dependencies, engines, bin },
    ...Object.fromEntries(Object.entries(others).filter(([name, { dev }]) => !dev || COMPILER.test(name))),
  };
  const lock = { name: own.name, version: own.version, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(project, "package-lock.json"), JSON.stringify(lock, null, 2));
}

before(() => {
  build();
  const [packed] = JSON.parse(done("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT));
  cpSync(join(ROOT, "ci", "examples", "second-paper"), project, { recursive: true });
  depend(packed.filename);
  done("npm", ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]);
  done("git", ["init", "--quiet"]);
  commit("a project of one paper");
});

describe("a project that has installed the package", () => {
  test("holds no tests of the harness, and at most 20 lines of main", () => {
    const installed = join(project, "node_modules", "reproducibility-harness");
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter(
      (f) => !f.includes("node_modules"),
    );
    assert.deepEqual(
      files.filter((file) => /\.test\.|fixtures|testing/.test(file)),
      [],
    );
    assert.ok(readFileSync(join(project, "main.ts"), "utf8").trim().split("\n").length <= 20);
  });
  test("compiles under strict NodeNext", () => {
    done("npx", ["tsc", "-p", project]);
  });
  test("plans, and names the paper's suite", () => {
    assert.match(ok("plan", "residuals", "--profile", "paper"), /20 runs/);
  });
  test("reproduces the paper's claims, worker processes included", () => {
    const verdicts = verdictsIn(ok("suite", "residuals", "--profile", "paper", "--json"));
    assert.deepEqual(verdicts, { "line-residual": "CONSISTENT", "line-above-parabola": "REPRODUCED" });
  });
  test("has pages, a badge and an audit of the paper by its name", () => {
    ok("report");
    const out = join(project, "reports", "out");
    assert.match(readFileSync(join(out, "index.html"), "utf8"), /Graphs in Statistical Analysis/);
    assert.ok(existsSync(join(out, "coverage-anscombe.svg")));
    assert.match(ok("audit"), /Graphs in Statistical Analysis/);
    assert.ok(existsSync(join(out, "audit-anscombe.html")));
  });
  test("has a status, a store that verifies, and runs of its own code", () => {
    assert.match(ok("status"), /residuals/);
    ok("verify");
    assert.match(ok("revalidate", "residuals", "--profile", "paper"), /20/);
  });
  test("accepts a baseline of its own, and compares with it", () => {
    ok("accept", "residuals", "--profile", "paper");
    assert.equal(readdirSync(join(project, "baselines", "accepted", "residuals")).length, 1);
    commit("a baseline");
    const { verdict } = JSON.parse(ok("compare", "residuals", "--profile", "paper", "--json"));
    assert.notEqual(verdict, "REGRESSED");
    assert.match(ok("history", "residuals"), /residual sum of squares/);
  });
  test("exports its runs, and reproduces them bit for bit", () => {
    const file = join("reports", "out", "residuals.paper.tensorflow-cpu.lock.json");
    ok("export", "residuals", "--profile", "paper", "--lock");
    assert.ok(existsSync(join(project, file)));
    assert.match(ok("reproduce", file), /IDENTICAL/);
  });
  test("has other revisions run by their own code", () => {
    const { verdict } = JSON.parse(ok("compare", "residuals", "--profile", "paper", "--rev", "HEAD~1", "--json"));
    assert.notEqual(verdict, "REGRESSED");
  });
});

describe("an edit that makes a claim false", () => {
  test("leaves nothing REPRODUCED by the runs before it, and revalidate says STALE", () => {
    edit(MODEL, "** power", "** Math.min(power, 1)");
    const { status, stdout } = harness("suite", "residuals", "--profile", "paper", "--json");
    assert.equal(status, 3);
    assert.equal(verdictsIn(stdout)["line-above-parabola"], "STALE");
    const revalidated = harness("revalidate", "residuals", "--profile", "paper");
    assert.equal(revalidated.status, 3);
    assert.match(revalidated.stdout, /STALE/);
  });
  test("is found by new runs and by compare", () => {
    const { stdout } = harness("suite", "residuals", "--profile", "paper", "--store", "runs/new", "--json");
    assert.notEqual(verdictsIn(stdout)["line-above-parabola"], "REPRODUCED");
    const compared = harness("compare", "residuals", "--profile", "paper", "--json");
    assert.equal(compared.status, 1, compared.stderr);
    assert.equal(JSON.parse(compared.stdout).verdict, "REGRESSED");
  });
  test("a suite whose source is not known is refused", () => {
    edit(join("suites", "residuals", "suite.ts"), "file: import.meta.filename", 'file: "/nowhere/suite.ts"');
    const { status, stderr } = harness("suite", "residuals", "--profile", "paper");
    assert.equal(status, 2);
    assert.match(stderr, /source file is \/nowhere\/suite\.ts, and there is no such file/);
  });
});
