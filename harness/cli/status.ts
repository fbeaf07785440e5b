import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { type ExitCode, HarnessError } from "../errors.ts";
import { type RunPlace, Store } from "../store/store.ts";
import { jsonOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { storedPlans } from "./stored-plans.ts";

/** A status is for looking at a damaged store too: `problems` says what is wrong with the file. */
function stateOf(store: Store, place: RunPlace): string {
  try {
    return store.read(place)?.record.state ?? (store.hasCheckpoint(place) ? "interrupted" : "not run");
  } catch (error) {
    if (error instanceof HarnessError) return "unreadable";
    throw error;
  }
}

/** What the store holds of every suite. */
export function statusCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) => yargs.options({ ...storeOption, ...jsonOption }),
    handler: (raw) => {
      const args = raw as unknown as { store: string; json: boolean };
      const store = Store.open(resolve(args.store), { create: false, readOnce: true });
      const rows = parts.suites.flatMap((suite) => {
        const { plans, problems } = storedPlans(store, suite);
        const counted = plans.map(({ plan, places, engineClass, rootSeed }) => {
          const states = places.map((place) => stateOf(store, place));
          const counts: Record<string, number> = {};
          for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
          return {
            suite: suite.id,
            budget: plan.budget,
            engine: engineClass,
            seed: rootSeed,
            planned: places.length,
            states: counts,
          };
        });
        return [{ suite: suite.id, plans: counted, problems }];
      });
      if (args.json) console.log(JSON.stringify(rows));
      else
        for (const { suite, plans, problems } of rows) {
          if (plans.length === 0) console.log(`${suite}: no runs yet`);
          for (const { budget, engine, planned, states } of plans)
            console.log(
              `${suite} ${budget} on ${engine}: ${planned} planned, ${Object.entries(states)
                .map(([state, n]) => `${n} ${state}`)
                .join(", ")}`,
            );
          for (const { message } of problems) console.log(`  ! ${message}`);
        }
      finish(0);
    },
  };
}
