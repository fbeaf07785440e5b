/** The script of a page: bundled from TypeScript once for a state of the sources, allowed by its hash alone. */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import type { Markup } from "./figures/svg.ts";
import { keptBundle } from "./kept-bundle.ts";

export interface PageScript {
  readonly text: Markup;
  /** For the page's policy: `sha256-…` in base64. */
  readonly hash: string;
}

const path = (name: string): string => fileURLToPath(new URL(`./client/${name}`, import.meta.url));
/** Of sources ".ts", of the built package ".js". */
const ENDING = extname(new URL(import.meta.url).pathname);
let bundled: PageScript | undefined;

/** JSON that no text in it can end the element it stands in. */
export function inertJson(json: string): Markup {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return new Handlebars.SafeString(json.replace(/[<>&\u2028\u2029]/g, escaped));
}

export function pageScript(): PageScript {
  if (bundled) return bundled;
  const text = keptBundle({
    entryPoints: [path(`main${ENDING}`)],
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "/* Contains parts of @stdlib, Apache-2.0. */" },
    alias: {
      "@stdlib/stats-base-dists-normal": path(`stdlib/normal${ENDING}`),
      "@stdlib/stats-base-dists-t": path(`stdlib/t${ENDING}`),
      "@stdlib/string-format": path("stdlib/format.cjs"),
      debug: path("stdlib/debug.cjs"),
    },
    logLevel: "error",
  });
  bundled = {
    text: new Handlebars.SafeString(text),
    hash: `sha256-${createHash("sha256").update(text).digest("base64")}`,
  };
  return bundled;
}
