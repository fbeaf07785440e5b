/** Compiles the page templates: strict, so that a missing field throws instead of printing nothing. */
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import { FIGURE_KINDS } from "./figures/kinds.ts";

const read = (name: string): string => readFileSync(new URL(`./templates/${name}`, import.meta.url), "utf8");

const PARTIALS = [
  "badge",
  "value",
  "judgement",
  "verdicts",
  "forest",
  "figures",
  "runs",
  "cost",
  "protocol",
  "readings",
  "provenance",
  "files",
] as const;
const OPTIONS = { strict: true, knownHelpersOnly: true, preventIndent: true } as const;

const handlebars = Handlebars.create();
const figurePartials = Object.values(FIGURE_KINDS).map(({ partial }) => partial);
for (const name of [...PARTIALS, ...figurePartials])
  handlebars.registerPartial(name, handlebars.compile(read(`${name}.hbs`), OPTIONS));

export const styles = new Handlebars.SafeString(read("page.css"));

/** A template as a function of its view. */
export function template<View>(
  name: "page" | "index" | "audit" | "compare" | "reproduction" | "night",
): (view: View) => string {
  return handlebars.compile<View>(read(`${name}.hbs`), OPTIONS);
}
