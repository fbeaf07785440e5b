/** The Python that has PyTorch in it, for the peers. */
import { runCommand } from "../engine/tensorflow/run-command.ts";
import { EXIT, HarnessError } from "../errors.ts";

/** The program asked for, or that of BENCH_PYTHON, or python3. Throws HarnessError where it cannot import PyTorch. */
export async function pythonWithTorch(asked: string | undefined): Promise<string> {
  const program = asked ?? (process.env.BENCH_PYTHON || "python3");
  const { code, stderr } = await runCommand(program, ["-c", "import torch"], process.env);
  if (code === 0) return program;
  const why = code === 127 ? "cannot be started" : `has no PyTorch (${stderr.trim().split("\n").at(-1)})`;
  throw new HarnessError(
    `${program} ${why}. Make an environment with it (python3 -m venv ../peers && ../peers/bin/pip install torch==2.15.0 numpy==2.4.6; ci/peers/README.md), and name it with --python ../peers/bin/python or BENCH_PYTHON.`,
    EXIT.cannotJudge,
  );
}
