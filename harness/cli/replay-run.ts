/** What `diverge` starts in the checkout of each side: a stored run's first updates by the code there, told as JSON. */
import { neededPlace, readStoredRecord } from "../diverge/stored-record.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { interruptible } from "../execute/do-runs.ts";
import { withEngine } from "../execute/open-engine.ts";
import { wholeNumber } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function replayRunCommand(): LoadedVerb {
  return verb({
    positionals: { file: { required: true } },
    options: {
      from: { type: "string", demandOption: true },
      to: { type: "string", demandOption: true },
      operations: { type: "boolean", default: false },
    },
    async run(args) {
      const stored = readStoredRecord(args.file);
      const { spec, provenance } = stored.record;
      const [from, to] = [wholeNumber("from", args.from, 0, spec.updates), wholeNumber("to", args.to, 0, spec.updates)];
      const { store, needs } = neededPlace(stored);
      const code = await interruptible((signals) =>
        withEngine({ requested: provenance.engine.id }, async ({ worker, engine }) => {
          if (engine.class !== provenance.engine.class)
            throw new HarnessError(
              `The run was made by an engine of class ${provenance.engine.class}; this machine opens ${engine.class}.`,
              EXIT.cannotJudge,
            );
          const stop = (): void => worker.stop();
          signals.signal.addEventListener("abort", stop);
          const { rootSeed } = provenance;
          const ask = { from, to, operations: args.operations };
          const answer = await worker.ask({ type: "replay", spec, needs, store, rootSeed, ask }, [
            "replayed",
            "interrupted",
          ]);
          if (answer.type === "interrupted") return signals.exitCode;
          console.log(JSON.stringify(answer.replayed));
          return EXIT.done;
        }),
      );
      return code;
    },
  });
}
