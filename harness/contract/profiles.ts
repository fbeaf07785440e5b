import { costOf } from "../engine/engine.ts";

/** How much a suite does: as printed in the paper, minutes, seconds. */
export const PROFILES = ["paper", "quick", "smoke"] as const;
export type Profile = (typeof PROFILES)[number];

/** What a profile comes to on an engine class: a slow engine gets a smaller quick budget. */
export const budgetOf = (profile: Profile, engineClass: string): Profile | "quick-wasm" =>
  profile === "quick" && costOf(engineClass) === "slow" ? "quick-wasm" : profile;
