import { engineStatus, formatStatus } from "../engine/status.ts";
import { install } from "../engine/tensorflow/install/provision.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { installProgress } from "../terminal/progress.ts";
import { jsonOption } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** Shows the engines, or installs the main one. */
export function engineCommand(): LoadedVerb {
  return verb({
    positionals: { action: { describe: "install" } },
    options: {
      cuda: { type: "boolean", default: false, describe: "With install: the CUDA build" },
      ...jsonOption,
    },
    async run(args) {
      if (args.action !== undefined && args.action !== "install")
        throw new HarnessError(`Unknown action "${args.action}" for engine. Known: install.`);
      if (args.cuda && args.action === undefined) throw new HarnessError("--cuda goes with engine install.");
      if (args.action === "install") {
        const progress = installProgress((line) => void process.stderr.write(`${line}\n`));
        try {
          const done = await install({ variant: args.cuda ? "cuda" : "cpu", onProgress: progress.update });
          console.log(args.json ? JSON.stringify(done) : `Installed in ${done.folder}.`);
        } finally {
          progress.stop();
        }
      } else {
        const status = await engineStatus();
        console.log(args.json ? JSON.stringify(status) : formatStatus(status));
      }
      return EXIT.done;
    },
  });
}
