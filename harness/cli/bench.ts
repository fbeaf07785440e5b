import type { CommandModule } from "yargs";
import type { Engine, EngineId } from "../engine/engine.ts";
import type { ExitCode } from "../errors.ts";
import { placesOf } from "../evidence.ts";
import { PROFILES, type Profile } from "../profiles.ts";
import type { Suite } from "../suite.ts";
import { engineOption, findSuite, jsonOption, seedOption } from "./options.ts";
import type { Parts } from "./parts.ts";

/** Times the training step of every model and profile of a suite, by tinybench. */
export function benchCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs.positional("id", { type: "string" }).options({ ...engineOption, ...seedOption, ...jsonOption }),
    handler: async (raw) => {
      const args = raw as unknown as { id: string; engine?: EngineId; seed: string; json: boolean };
      const suite = findSuite(parts.suites, args.id);
      const { openEngine } = await import("../engine/open.ts"); // slow to load; no other verb needs it in this process
      const engine = await openEngine({ requested: args.engine, provision: false });
      const rows: Record<string, string | number>[] = [];
      for (const profile of PROFILES)
        rows.push(...(await benchProfile(parts.suites, suite, profile, engine, args.seed)));
      if (args.json) console.log(JSON.stringify({ engine: engine.class, rows }));
      else console.table(rows);
      finish(0);
    },
  };
}

async function benchProfile(
  suites: readonly Suite[],
  suite: Suite,
  profile: Profile,
  engine: Engine,
  rootSeed: string,
) {
  const { probe } = await import("../execute/probe.ts");
  const { Bench } = await import("tinybench");
  const bench = new Bench({ time: 3_000, warmupIterations: 5 });
  const plan = suite.plan(profile, engine.class, { rootSeed });
  const trained = placesOf(plan, engine.class, rootSeed).filter(({ spec }) => spec.updates > 0);
  const models = [...new Map(trained.map((place) => [place.spec.model, place])).values()];
  const rows: Record<string, string | number>[] = [];
  for (const { spec, needs } of models) {
    await probe({ suites, spec, needs: needs?.spec ?? null, rootSeed, engine }, async (training) => {
      const program = engine.compile(training.step, training.initialState(), training.data);
      let index = 0;
      bench.add(spec.model, () => {
        program.run(() => training.batch(index), training.key(index));
        program.metrics();
        index += 1;
      });
      await bench.run();
      program.dispose();
    });
    const { result } = bench.tasks.at(-1)!;
    bench.remove(spec.model);
    if (result.state !== "completed") continue;
    const { p50, min, max, samplesCount } = result.latency;
    rows.push({ budget: plan.budget, model: spec.model, medianMs: p50, minMs: min, maxMs: max, samples: samplesCount });
  }
  return rows;
}
