/** The Python that has a peer's library in it. */
import { runCommand } from "../engine/tensorflow/install/run-command.ts";
import { EXIT, HarnessError } from "../errors.ts";
import type { PeerId } from "./case.ts";

/** What each peer needs: as people say it, as Python imports it, as pip installs it. */
const LIBRARIES: Readonly<Record<PeerId, { readonly name: string; readonly module: string; readonly pip: string }>> = {
  pytorch: { name: "PyTorch", module: "torch", pip: "torch==2.15.0 numpy==2.4.6" },
  sklearn: { name: "scikit-learn", module: "sklearn", pip: "scikit-learn==1.9.1 numpy==2.4.6" },
};

/** The program asked for, or that of BENCH_PYTHON, or python3. Throws HarnessError where it cannot import the peer's library. */
export async function pythonWith(peer: PeerId, asked: string | undefined): Promise<string> {
  const { name, module, pip } = LIBRARIES[peer];
  const program = asked ?? (process.env.BENCH_PYTHON || "python3");
  const { code, stderr } = await runCommand(program, ["-c", `import ${module}`], process.env);
  if (code === 0) return program;
  const why = code === 127 ? "cannot be started" : `has no ${name} (${stderr.trim().split("\n").at(-1)})`;
  throw new HarnessError(
    `${program} ${why}. Make an environment with it (python3 -m venv ../peers && ../peers/bin/pip install ${pip}; ci/peers/README.md), and name it with --python ../peers/bin/python or BENCH_PYTHON.`,
    EXIT.cannotJudge,
  );
}
