/** The log of a campaign: one JSON text a line, append-only. A line cut off by a kill is skipped. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const at = z.string();
const Event = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("started"),
    at,
    process: z.int(),
    workers: z.int(),
    /** The file of the campaign's lines; absent in entries of older versions. */
    lines: z.string().optional(),
  }),
  z.object({ what: z.literal("line-started"), at, line: z.string() }),
  z.object({
    what: z.literal("line-ended"),
    at,
    line: z.string(),
    outcome: z.enum(["done", "failed", "stopped"]),
    /** Exit code of the suite; null if the suite was not started. */
    code: z.int().nullable(),
    message: z.string(),
    /** Idle core-milliseconds before the end of the line's last run; null if nothing ran. */
    idleMs: z.number().nullable(),
  }),
  z.object({ what: z.literal("ended"), at, why: z.string() }),
]);
export type JournalEvent = z.infer<typeof Event>;
export type LineEnded = Extract<JournalEvent, { what: "line-ended" }>;
type Unstamped = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, "at"> : never) : never;

export class Journal {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  note(event: Unstamped): void {
    appendFileSync(this.#file, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  }

  events(): JournalEvent[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, "utf8")
      .split("\n")
      .flatMap((text) => Event.safeParse(parsed(text)).data ?? []);
  }

  /** The last end of each line, by its key. */
  ended(): Map<string, LineEnded> {
    return new Map(this.events().flatMap((event) => (event.what === "line-ended" ? [[event.line, event]] : [])));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
