import { availableParallelism, cpus, totalmem } from "node:os";
import type { Provenance } from "../contract/run.ts";

/** The machine of this process, for the provenance of its runs. */
export const thisMachine = (): Provenance["machine"] => ({
  platform: `${process.platform}-${process.arch}`,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.version,
});
