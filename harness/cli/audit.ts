import { resolve } from "node:path";
import { type Audit, audit } from "../audit/audit.ts";
import { auditInput } from "../audit/declared.ts";
import { plannedSuite } from "../audit/planned.ts";
import { auditText } from "../audit/text.ts";
import type { Paper } from "../contract/paper.ts";
import { EXIT, unknownName } from "../errors.ts";
import { jsonOption, outOption } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export interface AuditParts {
  readonly papers: readonly Paper[];
  /** Writes the page into the folder; resolves to its path. */
  writePage(audit: Audit, folder: string): Promise<string>;
}

/** The audit of papers' printed numbers. It needs no engine and no store, and gives no verdict on any run. */
export function auditCommand({ papers, writePage }: AuditParts): LoadedVerb {
  const ids = papers.map(({ id }) => id);
  return verb({
    positionals: { paper: { describe: `Only this paper: ${ids.join(", ")}` } },
    options: { ...outOption, ...jsonOption },
    async run(args) {
      if (args.paper !== undefined && !ids.includes(args.paper)) throw unknownName("paper", args.paper, ids);
      const audited = papers.filter(({ id }) => args.paper === undefined || id === args.paper);
      const results: (Audit & { readonly page: string })[] = [];
      for (const paper of audited) {
        const result = audit(auditInput(paper), paper.suites.map(plannedSuite));
        if (!args.json) console.log(auditText(result));
        const page = await writePage(result, resolve(args.out));
        process.stderr.write(`Report: ${page}\n`);
        results.push({ ...result, page });
      }
      if (args.json) console.log(JSON.stringify(results));
      return EXIT.done;
    },
  });
}
