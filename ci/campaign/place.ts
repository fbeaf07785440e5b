/** Where a campaign works: one folder of this user, outside every checkout. */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { EVIDENCE } from "../../harness/cli/kept-runs.ts";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import { reasonOf } from "../../harness/files/atomic-file.ts";
import { makeFolder } from "../../harness/files/make-folder.ts";

/** The lines of the checkout that the command is given in. */
export const LINES = join(EVIDENCE, "campaign.json");

export interface CampaignPlace {
  readonly folder: string;
  /** One store for all revisions, weights included: runs that start from others find them there. */
  readonly store: string;
  readonly temporary: string;
  /** A clone for each revision. */
  readonly checkouts: string;
  readonly reports: string;
  /** What the suites said. */
  readonly logs: string;
  /** What was planned for each line. */
  readonly plans: string;
  readonly journal: string;
}

/** `$ALI_CAMPAIGN`, else `ali-reproducibility/campaign` below `$XDG_DATA_HOME` or `~/.local/share`. Not made here. */
export function campaignPlace(env: NodeJS.ProcessEnv = process.env): CampaignPlace {
  const data = env.XDG_DATA_HOME || join(env.HOME || homedir(), ".local", "share");
  const folder = env.ALI_CAMPAIGN ? resolve(env.ALI_CAMPAIGN) : resolve(data, "ali-reproducibility", "campaign");
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    ...{ store: at("store"), temporary: at("tmp"), checkouts: at("checkouts"), reports: at("reports") },
    ...{ logs: at("logs"), plans: at("plans"), journal: at("journal.jsonl") },
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
