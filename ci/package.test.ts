import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./source-tree.ts";

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
const required = { ...manifest.dependencies, ...manifest.devDependencies };

/** Packages with an install script, which never runs here, and why they work without it. */
const WORKS_WITHOUT_ITS_SCRIPT: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs-node-gpu": "it downloads libtensorflow 2.9; harness/engine/tensorflow provisions a newer one",
  "core-js": "it prints an advertisement",
  esbuild: "it speeds up the start of its command; its program is in an optional dependency",
};

test("versions are exact", () => {
  assert.deepEqual(
    Object.entries(required).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  );
});

test("the lockfile has the same versions", () => {
  const differing = Object.entries(required).filter(
    ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
  );
  assert.deepEqual(differing, []);
});

test("no install script is needed: each package that has one is known to work without", () => {
  const withScript = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  assert.deepEqual([...new Set(withScript)].sort(), Object.keys(WORKS_WITHOUT_ITS_SCRIPT).sort());
});

test("install scripts are off, so our own pre and post scripts would not run either", () => {
  assert.match(read(".npmrc"), /^ignore-scripts=true$/m);
  const hooks = Object.keys(manifest.scripts).filter(
    (name) => /^(pre|post)/.test(name) || ["install", "prepare"].includes(name),
  );
  assert.deepEqual(hooks, []);
});

test("the lockfile names no host, and has a checksum for every package", () => {
  assert.deepEqual(
    locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
    [],
  );
  assert.deepEqual(
    locked.filter(([, { integrity, link }]) => !integrity && !link).map(([path]) => path),
    [],
  );
});

test("the lockfile knows every optional package of every platform, or npm ci would refuse", () => {
  const names = new Set(locked.map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)));
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(missing, []);
});

test("the libraries the harness is built on are there", () => {
  const ordered = ["@tensorflow/tfjs-node-gpu", "tinybench", "csv-stringify", "handlebars", "simple-git"];
  assert.deepEqual(
    ordered.filter((name) => !(name in manifest.dependencies)),
    [],
  );
});

test("all packages of tfjs are of one version", () => {
  const versions = Object.entries(manifest.dependencies).filter(([name]) => name.startsWith("@tensorflow/"));
  assert.equal(new Set(versions.map(([, version]) => version)).size, 1, JSON.stringify(versions));
});
