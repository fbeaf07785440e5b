/** Folders of a campaign: one parent folder per user, outside every checkout. */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { evidenceFolder } from "../../harness/cli/kept-runs.ts";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import { reasonOf } from "../../harness/files/atomic-file.ts";
import { makeFolder } from "../../harness/files/make-folder.ts";

/** The campaign file of the checkout in which the command runs. */
export const LINES = join(evidenceFolder(), "campaign.json");

export interface CampaignPlace {
  readonly folder: string;
  /** One store for all revisions, with weights, because some runs start from others. */
  readonly store: string;
  readonly temporary: string;
  /** A clone for each revision. */
  readonly checkouts: string;
  readonly reports: string;
  /** Output of the suites. */
  readonly logs: string;
  /** The plan of each line. */
  readonly plans: string;
  readonly journal: string;
}

/** `$ALI_CAMPAIGN`, else `ali-reproducibility/campaign` below `$XDG_DATA_HOME` or `~/.local/share`. Makes no folder. */
export function campaignPlace(env: NodeJS.ProcessEnv = process.env): CampaignPlace {
  const data = env.XDG_DATA_HOME || join(env.HOME || homedir(), ".local", "share");
  const folder = env.ALI_CAMPAIGN ? resolve(env.ALI_CAMPAIGN) : resolve(data, "ali-reproducibility", "campaign");
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    store: at("store"),
    temporary: at("tmp"),
    checkouts: at("checkouts"),
    reports: at("reports"),
    logs: at("logs"),
    plans: at("plans"),
    journal: at("journal.jsonl"),
  };
}

/** Makes the folders. @throws HarnessError when they cannot be made */
export function makePlace({ folder, ...place }: CampaignPlace): void {
  try {
    makeFolder(folder);
    for (const each of [place.temporary, place.checkouts, place.logs, place.plans])
      mkdirSync(each, { recursive: true });
  } catch (error) {
    throw new HarnessError(
      `The campaign's folder ${folder} cannot be made: ${reasonOf(error)}. Name another one with ALI_CAMPAIGN.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}
