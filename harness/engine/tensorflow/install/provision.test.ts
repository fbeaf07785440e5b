import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { HarnessError } from "../../../errors.ts";
import { compileBinding, requireCompiler } from "./compile-binding.ts";
import { fakeSteps } from "./fake-steps.ts";
import { fetchWheel, requirePip } from "./fetch-wheel.ts";
import { placeBinding } from "./place-binding.ts";
import type { ProgressEvent } from "./progress.ts";
import { findInstallation, install, installFolder, verifyInstall } from "./provision.ts";
import { type Machine, type Wheel, wheelsFor } from "./wheels.ts";

const LINUX: Machine = { platform: process.platform, arch: process.arch, glibc: "2.36" };
const machine: Machine = { ...LINUX, platform: "linux", arch: "x64" };
const supported = process.platform === "linux" && process.arch === "x64";

const root = mkdtempSync(join(tmpdir(), "provision-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let cache: string;
let count = 0;
beforeEach(() => {
  cache = join(root, `cache-${count++}`);
});

/** An environment whose PATH holds the named programs only, as links or as scripts. */
function pathWith(programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(root, "bin-"));
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: bin };
}
const refusal = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HarnessError, String(error));
  assert.match(error.message, pattern);
  assert.equal(error.exitCode, 3);
  return true;
};
const partials = (): string[] => readdirSync(join(cache, "engines")).filter((name) => name.includes("partial"));

describe("an installation", { skip: supported ? false : "only Linux on x64 is simulated" }, () => {
  it("is found, sound and whole afterwards, and nothing else is left", async () => {
    const { folder, manifest } = await install({ cache, machine, steps: fakeSteps() });
    assert.equal(folder, installFolder("cpu", cache, machine));
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      ["tensorflow/libtensorflow_cc.so.2", "tfjs_binding.node"],
    );
    await verifyInstall({ cache, thorough: true });
    assert.deepEqual(partials(), []);
    assert.deepEqual(readdirSync(join(cache, "wheels")), []);
  });

  it("is not repeated when it is there", async () => {
    await install({ cache, machine, steps: fakeSteps() });
    const never = () => Promise.reject(new Error("installed twice"));
    await install({ cache, machine, steps: { requirePip: never, requireCompiler: never, fetchWheel: never } });
  });

  for (const step of ["fetchWheel", "unpackWheel", "compileBinding"] as const)
    it(`leaves nothing half-installed when ${step} fails, and the next one succeeds`, async () => {
      const failing = fakeSteps({ [step]: () => Promise.reject(new Error("broken")) });
      await assert.rejects(install({ cache, machine, steps: failing }), /broken/);
      assert.equal(findInstallation("cpu", cache, machine), undefined);
      assert.deepEqual(partials(), []);
      await install({ cache, machine, steps: fakeSteps() });
      await verifyInstall({ cache });
    });

  for (const step of ["fetchWheel", "unpackWheel", "compileBinding"] as const)
    it(`leaves nothing half-installed when it is killed in ${step}; the next one removes the rest`, async () => {
      const child = await installerHangingIn(step);
      child.kill("SIGKILL");
      await once(child, "exit");
      assert.equal(findInstallation("cpu", cache, machine), undefined);
      const events: ProgressEvent[] = [];
      await install({ cache, machine, steps: fakeSteps(), onProgress: (event) => events.push(event) });
      if (step !== "fetchWheel")
        assert.equal(
          Boolean(events.some(({ stage, message }) => stage === "clean" && message.includes("interrupted"))),
          true,
        );
      await verifyInstall({ cache, thorough: true });
      assert.deepEqual(partials(), []);
    });

  it("waits for another installer, says so, and then finds the work done", async () => {
    const child = await installerHangingIn("compileBinding");
    const never = () => Promise.reject(new Error("installed twice"));
    const events: ProgressEvent[] = [];
    const second = install({
      cache,
      machine,
      steps: { fetchWheel: never, requirePip: never },
      onProgress: (event) => events.push(event),
    });
    await new Promise((wake) => setTimeout(wake, 500));
    assert.deepEqual(events, [
      { stage: "wait", message: `for process ${child.pid}, which is installing tensorflow (cpu)` },
    ]);
    child.stdin!.write("go on\n");
    assert.equal((await second).variant, "cpu");
  });

  /** Another process that installs, and hangs in one step until it reads a line. */
  async function installerHangingIn(step: string): Promise<ChildProcess> {
    const code = `
      const { install } = await import(${JSON.stringify(join(import.meta.dirname, "provision.ts"))});
      const { fakeSteps } = await import(${JSON.stringify(join(import.meta.dirname, "fake-steps.ts"))});
      const steps = fakeSteps();
      const hanging = async (...args) => {
        console.log("hanging");
        await new Promise((done) => process.stdin.once("data", done));
        process.stdin.unref();
        return steps[${JSON.stringify(step)}](...args);
      };
      await install({ cache: ${JSON.stringify(cache)}, machine: ${JSON.stringify(machine)}, steps: { ...steps, ${step}: hanging } });`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code]);
    child.stderr.pipe(process.stderr);
    await once(child.stdout, "data");
    return child;
  }
});

describe("a damaged installation", { skip: supported ? false : "only Linux on x64 is simulated" }, () => {
  const library = "tensorflow/libtensorflow_cc.so.2";
  const damages: readonly [string, boolean, (folder: string) => void, RegExp][] = [
    ["a missing library", false, (folder) => rmSync(join(folder, library)), /libtensorflow_cc.so.2 is missing/],
    ["a shorter library", false, (folder) => writeFileSync(join(folder, library), "lib"), /has 3 bytes instead of 7/],
    [
      "another binding of the same size",
      false,
      (folder) => writeFileSync(join(folder, "tfjs_binding.node"), "BINDING"),
      /contents of tfjs_binding.node have changed/,
    ],
    [
      "another library of the same size",
      true,
      (folder) => writeFileSync(join(folder, library), "LIBRARY"),
      /contents of .*libtensorflow_cc.so.2 have changed/,
    ],
  ];
  for (const [name, thorough, damage, message] of damages)
    it(`is recognised by ${name}, and replaced by the next install`, async () => {
      const { folder } = await install({ cache, machine, steps: fakeSteps() });
      damage(folder);
      await assert.rejects(verifyInstall({ cache, thorough }), refusal(message));
      await assert.rejects(verifyInstall({ cache, thorough }), refusal(/npm run engine install/));
      await install({ cache, machine, steps: fakeSteps() });
      await verifyInstall({ cache, thorough: true });
      assert.deepEqual(partials(), []);
    });

  it("is none at all when its manifest is gone", async () => {
    const { folder } = await install({ cache, machine, steps: fakeSteps() });
    rmSync(join(folder, "manifest.json"));
    await assert.rejects(verifyInstall({ cache }), refusal(/is not installed/));
    await install({ cache, machine, steps: fakeSteps() });
    await verifyInstall({ cache });
  });
});

describe("an installation is refused", () => {
  const wheel = () => wheelsFor("cpu", machine)[0]!;

  it("without python3", () => assert.rejects(requirePip(pathWith({})), refusal(/no python3 .*on the PATH/)));
  it("without pip", () =>
    assert.rejects(
      requirePip(pathWith({ python3: `[ "$2" = pip ] && { echo "No module named pip" >&2; exit 1; }; exit 0` })),
      refusal(/this python3 has none: No module named pip/),
    ));
  it("without a C++ compiler", () =>
    assert.rejects(requireCompiler(pathWith({})), refusal(/C\+\+ compiler once, and "c\+\+" does not run/)));
  it("without the network, with pip's own last error", () =>
    assert.rejects(
      fetchWheel(
        wheel(),
        mkdirs("offline"),
        pathWith({
          python3: `echo "WARNING: Retrying" >&2; echo "ERROR: No matching distribution found for tensorflow-cpu" >&2; exit 1`,
        }),
        () => {},
      ),
      refusal(/could not download tensorflow-cpu .*ERROR: No matching distribution found/),
    ));
  it("when the index gives another file than the pinned one", () =>
    assert.rejects(
      fetchWheel(
        wheel(),
        mkdirs("other"),
        pathWith({
          python3: `echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2; exit 1`,
        }),
        () => {},
      ),
      refusal(/is not the pinned one/),
    ));
  it("when the binding does not compile, with the compiler's first error", () =>
    assert.rejects(
      compileBinding(
        "c++",
        root,
        root,
        join(root, "out.node"),
        pathWith({
          "c++": `echo "a.cc:1:1: fatal error: no such header" >&2; echo "compilation terminated." >&2; exit 1`,
        }),
      ),
      refusal(/Could not compile .*fatal error: no such header/),
    ));
  it("on a platform without a wheel", () => {
    assert.throws(
      () => wheelsFor("cpu", { platform: "darwin", arch: "arm64", glibc: undefined }),
      refusal(/no build for darwin arm64/),
    );
    assert.throws(
      () => wheelsFor("cuda", { platform: "linux", arch: "arm64", glibc: "2.36" }),
      refusal(/no CUDA build for linux arm64/),
    );
  });
  it("on a Linux with another or an old C library", () => {
    assert.throws(() => wheelsFor("cpu", { ...machine, glibc: undefined }), refusal(/no GNU C library/));
    assert.throws(() => wheelsFor("cpu", { ...machine, glibc: "2.17" }), refusal(/its GNU C library is 2.17/));
  });
  it("when the cache cannot be written", () => {
    writeFileSync(join(root, "a-file"), "");
    return assert.rejects(
      install({ cache: join(root, "a-file", "cache"), machine, steps: fakeSteps() }),
      refusal(/cannot be written: .*ALI_CACHE/),
    );
  });
  it("when the disk is full in the middle of it", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    await assert.rejects(
      install({ cache, machine, steps: fakeSteps({ unpackWheel: () => Promise.reject(full) }) }),
      refusal(/no space left .*Nothing was installed/),
    );
    assert.deepEqual(partials(), []);
  });

  function mkdirs(name: string): string {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
});

describe("a wheel", () => {
  const sha256 = createHash("sha256").update("wheel").digest("hex");
  const wheel: Wheel = { name: "some", version: "1", sha256, platforms: ["manylinux_2_27_x86_64"], unpack: [""] };
  /** A pip that writes the text into the folder after --dest. */
  const pip = (text: string): NodeJS.ProcessEnv =>
    pathWith({ python3: `while [ "$1" != --dest ]; do shift; done; printf ${text} > "$2/some-1.whl"` });

  it("is fetched once, and again when the stored one is damaged", async () => {
    const folder = mkdtempSync(join(root, "wheels-"));
    const file = await fetchWheel(wheel, folder, pip("wheel"), () => {});
    assert.equal(readFileSync(file, "utf8"), "wheel");
    assert.equal(await fetchWheel(wheel, folder, pathWith({}), () => {}), file);
    writeFileSync(file, "whee1");
    await fetchWheel(wheel, folder, pip("wheel"), () => {});
    assert.equal(readFileSync(file, "utf8"), "wheel");
    assert.equal(readdirSync(folder).length, 1);
  });
  it("is refused when it is not the pinned one, and not kept", async () => {
    const folder = mkdtempSync(join(root, "wheels-"));
    await assert.rejects(
      fetchWheel(wheel, folder, pip("other"), () => {}),
      refusal(/is not the pinned one/),
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("the pinned wheels", () => {
  it("have a sha256 each and no two the same", () => {
    const all = [
      ...wheelsFor("cuda", machine),
      ...wheelsFor("cpu", machine),
      ...wheelsFor("cpu", { ...machine, arch: "arm64" }),
    ];
    for (const { sha256 } of all) assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.equal(new Set(all.map(({ sha256 }) => sha256)).size, all.length);
  });
});

describe("the binding's place in the package", { skip: supported ? false : "only Linux on x64 is simulated" }, () => {
  it("is filled from the cache again when it was wiped or is another", async () => {
    const installation = await install({ cache, machine, steps: fakeSteps() });
    const place = join(root, "package", "lib", "napi-v8", "tfjs_binding.node");
    for (const state of ["absent", "other", "same"]) {
      if (state === "other") writeFileSync(place, "other");
      placeBinding(installation, place);
      assert.equal(readFileSync(place, "utf8"), "binding");
    }
    assert.deepEqual(readdirSync(dirname(place)), ["tfjs_binding.node"]);
  });
  it("says so when it cannot be written", async () => {
    const installation = await install({ cache, machine, steps: fakeSteps() });
    const place = join(root, "nowhere", "tfjs_binding.node");
    symlinkSync("/proc/none", join(root, "nowhere"));
    assert.throws(() => placeBinding(installation, place), refusal(/Cannot place the native binding/));
    assert.equal(Boolean(!existsSync(place)), true);
  });
});
