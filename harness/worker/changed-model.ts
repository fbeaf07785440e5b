/** A person's own model in a suite's slot: how its module is named to worker processes, loaded and put in place. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { SlotModel, Suite } from "../contract/suite.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { importModule } from "./import-module.js";

/** Environment variable that tells worker processes which module stands in which slot. */
export const CHANGED_MODEL = "HARNESS_CHANGED_MODEL";

/** Environment variables of harness/compile-ahead.js: a module that is part of the program, and its compiled text. */
const [OWN_MODULE, OWN_COMPILED] = ["HARNESS_OWN_MODULE", "HARNESS_OWN_COMPILED"] as const;

const Named = z.strictObject({ suite: z.string(), slot: z.string(), module: z.string() });
/** `module` is an absolute path. */
export type ChangedModel = z.infer<typeof Named>;

/** The suites with the model of the environment in its slot; as they are when it names none. */
export async function withChangedModel(suites: readonly Suite[], env = process.env): Promise<readonly Suite[]> {
  const text = env[CHANGED_MODEL];
  if (text === undefined) return suites;
  const { suite: id, slot, module } = Named.parse(JSON.parse(text));
  const model = await loadModel(module);
  return suites.map((suite) => (suite.id === id ? putIn(suite, slot, model) : suite));
}

/** Throws TypeError for a suite that takes no models. */
export function putIn(suite: Suite, slot: string, model: SlotModel): Suite {
  if (!suite.withModel) throw new TypeError(`suite ${suite.id} takes no models`);
  return suite.withModel(slot, model);
}

const SHAPE =
  "an object with id (text), version (whole number) and build(settings, ops) or, on top of a trained model, needs and buildOn(settings, ops, trained)";

/** The compiled text of a module where the program has one, else the module itself, which tsx takes. */
function compiledOf(module: string, env = process.env): string {
  return (env[OWN_MODULE] === module ? env[OWN_COMPILED] : undefined) ?? module;
}

/** Imports a module and gives its model. Throws HarnessError that says what is wrong with it. */
export async function loadModel(module: string): Promise<SlotModel> {
  if (!existsSync(module))
    throw new HarnessError(`There is no file ${module}. --model takes the path of a TypeScript or JavaScript module.`);
  let exported: Record<string, unknown>;
  try {
    exported = await importModule(pathToFileURL(compiledOf(module)).href);
  } catch (error) {
    throw new HarnessError(
      `${module} cannot be imported: ${firstLine(error)}. Mend the module; packages are found from a folder inside the project.`,
      undefined,
      { cause: error },
    );
  }
  const model = exported.model ?? exported.default;
  if (model === undefined)
    throw new HarnessError(
      `${module} exports ${Object.keys(exported).join(", ") || "nothing"}, but no model. Export it as "model" or as the default: ${SHAPE}.`,
    );
  const Shape = z.object({ id: z.string().min(1), version: z.int() });
  const parsed = Shape.safeParse(model);
  const { build, buildOn, needs } = (model ?? {}) as Record<string, unknown>;
  const builds = typeof build === "function" || (typeof buildOn === "function" && typeof needs === "string");
  if (!parsed.success || !builds) {
    const why = parsed.success
      ? "it has neither build nor needs with buildOn"
      : z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" ").replace("✖ ", "");
    throw new HarnessError(`The model of ${module} has not the right shape: ${why}. It has to be ${SHAPE}.`);
  }
  return model as SlotModel;
}

export const firstLine = (error: unknown): string => messageOf(error).split("\n")[0]!;
