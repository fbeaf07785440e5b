/**
 * Compiles harness/svm/kernels.c to WebAssembly and writes it as harness/svm/kernels-binary.ts:
 * `build-kernels.ts PYTHON`, where that Python has the package ziglang 0.17.1 (a C compiler). Same source, same bytes.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./source-tree.ts";

const FLAGS = [
  ...["--target=wasm32-freestanding", "-O3", "-msimd128", "-fno-builtin", "-nostdlib", "-s"],
  ...["-Wl,--no-entry", "-Wl,--import-memory", "-Wl,--export=__heap_base", "-Wl,-z,stack-size=4096"],
];
const SVM = join(ROOT, "harness/svm");

const [python] = process.argv.slice(2);
if (python === undefined) throw new Error("name the Python that has ziglang 0.17.1: build-kernels.ts PYTHON");
const folder = mkdtempSync(join(tmpdir(), "kernels-"));
try {
  const source = join(SVM, "kernels.c");
  const binary = join(folder, "kernels.wasm");
  execFileSync(python, ["-m", "ziglang", "cc", ...FLAGS, "-o", binary, source], { stdio: "inherit" });
  const sha256 = createHash("sha256").update(readFileSync(source)).digest("hex");
  writeFileSync(
    join(SVM, "kernels-binary.ts"),
    [
      "/** kernels.c compiled: made by ci/build-kernels.ts with ziglang 0.17.1, not by hand. */",
      `export const SOURCE_SHA256 = "${sha256}";`,
      `export const WASM = "${readFileSync(binary).toString("base64")}";`,
      "",
    ].join("\n"),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
