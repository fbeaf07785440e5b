import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { type Audit, audit } from "../audit/audit.ts";
import type { AuditInput } from "../audit/declared.ts";
import { plannedSuite } from "../audit/planned.ts";
import { auditText } from "../audit/text.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { jsonOption, outOption } from "./options.ts";

/** A paper's printed numbers, and the page of what they can show. */
export interface AuditParts {
  readonly input: AuditInput;
  /** Suites with the paper's claims, for the simulated chances. */
  readonly suites: readonly Suite[];
  /** Writes the page into the folder; resolves to its path. */
  writePage(audit: Audit, folder: string): Promise<string>;
}

/** What the printed numbers can show at all. Needs no engine and no store, and gives no verdict on any run. */
export function auditCommand(
  { input, suites, writePage }: AuditParts,
  finish: (code: ExitCode) => void,
): CommandModule {
  return {
    builder: (yargs) => yargs.options({ ...outOption, ...jsonOption }),
    handler: async (raw) => {
      const args = raw as unknown as { out: string; json: boolean };
      const result = audit(input, suites.map(plannedSuite));
      if (!args.json) console.log(auditText(result));
      const page = await writePage(result, resolve(args.out));
      if (args.json) console.log(JSON.stringify({ ...result, page }));
      process.stderr.write(`Report: ${page}\n`);
      finish(EXIT.done);
    },
  };
}
