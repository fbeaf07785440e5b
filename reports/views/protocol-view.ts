/** The protocol field by field: what the sources say, what we do, and where the two part. */
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { anchor } from "./anchors.ts";
import { type Badge, PROTOCOL_BADGES } from "./badge.ts";

export interface ProtocolRow {
  readonly anchor: string;
  readonly field: string;
  readonly marks: readonly Omit<Badge, "meaning">[];
  readonly paper: string | null;
  readonly code: string | null;
  readonly ours: string;
  readonly why: string | null;
}

export function protocolRows({ protocol }: ReportData): readonly ProtocolRow[] {
  return protocol.map(({ sourcesDiffer, oursDiffers, ...field }) => ({
    ...field,
    anchor: anchor("field", field.field),
    marks: [
      ...(field.paper === null ? [PROTOCOL_BADGES.open] : []),
      ...(sourcesDiffer ? [PROTOCOL_BADGES.sources] : []),
      ...(oursDiffers ? [PROTOCOL_BADGES.ours] : []),
    ],
  }));
}
