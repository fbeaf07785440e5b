import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The per-user folder of everything that is fetched or built once for all checkouts (engines, prepared data):
 * `$ALI_CACHE`, else `$XDG_CACHE_HOME/ali-reproducibility`, else `~/.cache/ali-reproducibility`. Not created here.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ALI_CACHE) return resolve(env.ALI_CACHE);
  return resolve(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "ali-reproducibility");
}
