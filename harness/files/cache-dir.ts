import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { thisProject } from "../project.ts";

/**
 * The per-user folder of everything that is fetched or built once for all checkouts (engines, prepared data): the project's
 * environment variable, else `$XDG_CACHE_HOME/<name>`, else `~/.cache/<name>`, as package.json says. Not created here.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const { name, variable } = thisProject().cache;
  const named = env[variable];
  if (named) return resolve(named);
  return resolve(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), name);
}

/** The environment variable that moves the cache, for messages. */
export const cacheVariable = (): string => thisProject().cache.variable;
