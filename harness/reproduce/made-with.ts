/** What runs were made with: what a file says beside what the records of those done again say. */

import { codeOfArm } from "../compare/baseline.ts";
import type { Provenance, RunRecord } from "../contract/run.ts";
import type { ExportFile } from "./export-file.ts";

/** A row of the comparison; the key `locked` is that of stored reproductions. */
export interface MadeWith {
  readonly what: string;
  readonly locked: string;
  /** All values that the records have: runs done again may be of several days. */
  readonly here: string;
}

export function madeWithRows({ results }: ExportFile, records: readonly RunRecord[]): MadeWith[] {
  const { revision, lockfileSha256, engine, machine } = results.provenance;
  const sources = new Set(results.runs.map((run) => codeOfArm(results.provenance, run).sourceSha256));
  const row = (what: string, exported: unknown, of: (made: Provenance) => unknown): MadeWith => ({
    what,
    locked: inWords(exported),
    here: [...new Set(records.map(({ provenance }) => inWords(of(provenance))))].join("; "),
  });
  const libraries = new Set([engine, ...records.map(({ provenance }) => provenance.engine)].flatMap(librariesOf));
  return [
    row("Revision", revision, (made) => `${inWords(made.revision)}${made.dirty ? ", with uncommitted changes" : ""}`),
    row("Sources of the suite, SHA-256", [...sources].join("; "), (made) => made.sourceSha256),
    row("package-lock.json, SHA-256", lockfileSha256, (made) => made.lockfileSha256),
    row("Engine", engine.class, (made) => made.engine.class),
    row("Device", engine.device, (made) => made.engine.device),
    ...[...libraries].map((name) => row(name, engine.versions[name], (made) => made.engine.versions[name])),
    row("Node", machine.node, (made) => made.machine.node),
    row("Processor", machine.cpu, (made) => made.machine.cpu),
    row("Cores", machine.cores, (made) => made.machine.cores),
    row("System", machine.platform, (made) => made.machine.platform),
  ];
}

const inWords = (value: unknown): string => (value === null || value === undefined ? "none" : String(value));
const librariesOf = ({ versions }: Provenance["engine"]): string[] => Object.keys(versions);
