import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EXIT, HarnessError } from "../../../errors.ts";
import { lastLine, runCommand } from "./run-command.ts";

const require = createRequire(import.meta.url);
/** Folder of the npm package whose binding is compiled. */
export const packageFolder = (): string => dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));

/** The C++ compiler: `$CXX`, else c++. @throws HarnessError when it does not run. */
export async function requireCompiler(env: NodeJS.ProcessEnv): Promise<string> {
  const compiler = env.CXX || "c++";
  const { code } = await runCommand(compiler, ["--version"], env);
  if (code !== 0)
    throw new HarnessError(
      `The tensorflow engine needs a C++ compiler once, and "${compiler}" does not run. Install one (g++ on Debian) and run "npm run engine install", or use --engine wasm.`,
      EXIT.cannotJudge,
    );
  return compiler;
}

/**
 * Compiles the npm package's N-API binding on the headers and libraries of the wheel in `folder`, into `output`. It will
 * look for its libraries in `finalFolder`, where `folder` is renamed to when all is done.
 */
export async function compileBinding(
  compiler: string,
  folder: string,
  finalFolder: string,
  output: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const source = packageFolder();
  const { include_dir: nodeHeaders } = require("node-api-headers") as { include_dir: string };
  const libraries = join(folder, "tensorflow");
  const { code, stderr } = await runCommand(
    compiler,
    [
      ..."-std=c++17 -O2 -fPIC -shared -w -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION".split(
        " ",
      ),
      ...[nodeHeaders, source, join(libraries, "include")].map((path) => `-I${path}`),
      ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(source, "binding", file)),
      ...[`-L${libraries}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
      ...["-Xlinker", "-rpath", "-Xlinker", join(finalFolder, "tensorflow"), "-o", output],
    ],
    { ...env, TMPDIR: folder }, // the download's folder has enough room; the system's temporary folder may be full
  );
  if (code !== 0) {
    const said = stderr.split("\n").find((line) => line.includes("error")) ?? lastLine(stderr);
    throw new HarnessError(
      `Could not compile the binding of @tensorflow/tfjs-node-gpu with ${compiler}: ${said.trim()} Use --engine wasm, or another compiler by CXX.`,
      EXIT.cannotJudge,
    );
  }
}
