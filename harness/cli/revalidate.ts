import { resolve } from "node:path";
import { PROFILES } from "../contract/profiles.ts";
import { EXIT } from "../errors.ts";
import { interruptible, lockStore } from "../execute/do-runs.ts";
import { revalidateSuite } from "../revalidate/revalidate-suite.ts";
import { printChecked } from "../revalidate/text.ts";
import { Store } from "../store/store.ts";
import { engineOption, findSuite, jsonOption, oneOf, storeOption, workersOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** Checks stored runs that other code made against today's: their first updates again, their metrics again. */
export function revalidateCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: "The suite" } },
    options: {
      profile: {
        type: "string",
        describe: "Only this profile",
        coerce: (value: string) => oneOf("profile", value, PROFILES),
      },
      engine: {
        ...engineOption.engine,
        describe: "Only runs of tensorflow, wasm or cpu; without it each on its own",
      },
      ...workersOption,
      ...storeOption,
      "set-aside": {
        type: "boolean",
        default: false,
        describe: "Rename the runs that are STALE, so that the suite does them again",
      },
      ...jsonOption,
    },
    epilogue:
      "Runs are replayed for 50 updates, and their metrics measured again from the stored weights; without these from the stored arrays, where the suite can, else not. What was found stands in a file next to each record. Exit code 3: a run is STALE or could not be checked.",
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      const store = Store.open(resolve(args.store), { create: false });
      const lock = await lockStore(store.folder, `npm run revalidate ${suite.id}`);
      try {
        return await interruptible(async (signals) => {
          const checked = await revalidateSuite(suite, store, args, signals);
          if ("stopped" in checked) return checked.stopped;
          if (args.json) console.log(JSON.stringify({ suite: suite.id, runs: checked, setAside: args.setAside }));
          else printChecked(checked, { suite: suite.id, store: args.store, setAside: args.setAside });
          return checked.some(({ standing }) => standing === "stale" || standing === "unchecked")
            ? EXIT.cannotJudge
            : EXIT.done;
        });
      } finally {
        await lock.release();
      }
    },
  });
}
