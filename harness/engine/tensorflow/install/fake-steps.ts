import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InstallSteps } from "./provision.ts";

/** Steps of an installation for tests: no network, no compiler, a library and a binding of seven bytes each. */
export function fakeSteps(changes: Partial<InstallSteps> = {}): InstallSteps {
  return {
    requirePip: async () => {},
    requireCompiler: async () => "c++",
    async fetchWheel(wheel, folder) {
      const file = join(folder, `${wheel.name}.whl`);
      writeFileSync(file, "wheel");
      return file;
    },
    async unpackWheel(_file, _wheel, folder) {
      mkdirSync(join(folder, "tensorflow", "include"), { recursive: true });
      writeFileSync(join(folder, "tensorflow", "include", "c_api.h"), "header");
      writeFileSync(join(folder, "tensorflow", "libtensorflow_cc.so.2"), "library");
    },
    async compileBinding(_compiler, _folder, _finalFolder, output) {
      writeFileSync(output, "binding");
    },
    ...changes,
  };
}
