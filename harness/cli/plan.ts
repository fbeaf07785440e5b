import { resolve } from "node:path";
import { EXIT } from "../errors.ts";
import { forecast } from "../execute/forecast.ts";
import { forecastJson, forecastText } from "../execute/forecast-text.ts";
import { Store } from "../store/store.ts";
import {
  claimOption,
  engineOption,
  findSuite,
  jsonOption,
  modelOption,
  profileOption,
  replicatesOption,
  seedOption,
  settingOption,
  stackOption,
  storeOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** What a suite would run and how long it takes, from step times measured now. */
export function planCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true } },
    options: {
      ...profileOption,
      ...engineOption,
      ...workersOption,
      ...stackOption,
      ...replicatesOption,
      ...modelOption,
      ...settingOption,
      ...claimOption,
      ...seedOption,
      ...storeOption,
      ...jsonOption,
    },
    epilogue: "Runs that the store holds are left out, and what is done of others; nothing is written.",
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      const found = await forecast(suite, Store.openIfThere(resolve(args.store)), args);
      if (args.json) console.log(JSON.stringify(forecastJson(found)));
      else for (const line of forecastText(found)) console.log(line);
      return EXIT.done;
    },
  });
}
