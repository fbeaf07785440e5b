import { resolve } from "node:path";
import { EXIT } from "../errors.ts";
import { queuedRuns } from "../execute/slurm/queued-runs.ts";
import { type SuiteStatus, statusOf } from "../status/status.ts";
import { size, statusText } from "../status/text.ts";
import { Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { findSuite, jsonOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** What the store holds of every suite, also while one is at work: it only reads. */
export function statusCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { describe: "A suite; without it all of them" } },
    options: { ...storeOption, ...jsonOption },
    async run(args) {
      const suites = args.id === undefined ? parts.suites : [findSuite(parts.suites, args.id)];
      const store = Store.open(resolve(args.store), { create: false, readOnce: true });
      const sizes = store.sizes();
      const rows: SuiteStatus[] = [];
      const queued = await queuedRuns(store.folder);
      for (const suite of suites) rows.push(await statusOf(store, suite, queued, sizes.get(suite.id) ?? 0));
      if (queued.silent !== undefined)
        say(
          `Slurm cannot be asked, so that it is not known where the runs are that were given to it: ${queued.silent}`,
        );
      if (args.json) console.log(JSON.stringify(rows));
      else {
        for (const row of rows) for (const line of statusText(row)) console.log(line);
        const folders = [...sizes].map(([name, bytes]) => `${name} ${size(bytes)}`).join(", ");
        const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
        console.log(`The store takes ${size(total)} of disk${folders === "" ? "" : ` (${folders})`}.`);
      }
      return EXIT.done;
    },
  });
}
