/** How much a suite does: as printed in the paper, minutes, seconds. */
export const PROFILES = ["paper", "quick", "smoke"] as const;
export type Profile = (typeof PROFILES)[number];
