/** The tensorflow engine where it is installed; elsewhere its tests are skipped, except in continuous integration. */
import type { Engine } from "../../engine.ts";
import { openEngine } from "../../open.ts";
import { findInstallation } from "../install/provision.ts";

const installed = findInstallation("cpu") ?? findInstallation("cuda");

/** Options of a test that needs the engine. */
export const NEEDS_TENSORFLOW =
  installed || process.env.CI ? {} : { skip: `the tensorflow engine is not installed: "npm run engine install"` };

export const openTensorflow = (): Promise<Engine> =>
  openEngine({ requested: "tensorflow", threads: 1, provision: false });
