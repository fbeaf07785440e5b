import { resolve } from "node:path";
import { PROFILES } from "../contract/profiles.ts";
import { EXIT } from "../errors.ts";
import { lockStore } from "../execute/do-runs.ts";
import { remeasureSuite } from "../remeasure/remeasure.ts";
import { Store } from "../store/store.ts";
import { findSuite, jsonOption, oneOf, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** Measures stored runs again from their arrays: a new metric needs no new training. */
export function remeasureCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: "The suite" } },
    options: {
      profile: {
        type: "string",
        describe: "Only this profile",
        coerce: (value: string) => oneOf("profile", value, PROFILES),
      },
      ...storeOption,
      ...jsonOption,
    },
    epilogue:
      "The metrics are written next to each record (….remeasured.json), never into it. Reports take metrics that a record lacks from there, while the code that measured is today's. Exit code 3: a run could not be measured, or a metric of its record comes out otherwise.",
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      const store = Store.open(resolve(args.store), { create: false });
      const lock = await lockStore(store.folder, `npm run remeasure ${suite.id}`);
      try {
        const runs = remeasureSuite(suite, store, args.profile);
        if (args.json) console.log(JSON.stringify({ suite: suite.id, runs }));
        else {
          const added = [...new Set(runs.flatMap((run) => run.added))];
          console.log(
            `${suite.title}: ${runs.filter(({ failure }) => failure === null).length} of ${runs.length} finished runs measured again${added.length === 0 ? "; their records lack no metric" : `; new: ${added.join(", ")}`}.`,
          );
          for (const { path, failure, differing } of runs) {
            if (failure !== null) console.log(`NOT MEASURED  ${path}: ${failure}`);
            if (differing.length > 0)
              console.log(
                `DIFFERENT     ${path}: ${differing.join("; ")}. The record's values count; bump the suite's version.`,
              );
          }
        }
        return runs.some(({ failure, differing }) => failure !== null || differing.length > 0)
          ? EXIT.cannotJudge
          : EXIT.done;
      } finally {
        await lock.release();
      }
    },
  });
}
