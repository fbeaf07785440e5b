/** Values with a checksum in their file: records, and the findings of checks. */
import { createHash } from "node:crypto";
import { canonicalJson } from "./run-key.ts";

/** A value as its file has it: with a checksum over the rest. */
export function sealed<T extends object>(value: T): T & { readonly checksum: string } {
  const asStored = JSON.parse(JSON.stringify(value)) as T;
  return { ...asStored, checksum: contentSha256(asStored) };
}

/** The text of the file of a value. */
export const sealedText = (value: object): string => `${JSON.stringify(sealed(value), null, 1)}\n`;

/** What stands beside a checksum, and whether it fits: undefined where there is none, as in files by older versions. */
export function unsealed(json: unknown): { readonly rest: unknown; readonly fits: boolean | undefined } {
  if (typeof json !== "object" || json === null || !("checksum" in json)) return { rest: json, fits: undefined };
  const { checksum, ...rest } = json;
  return { rest, fits: checksum === contentSha256(rest) };
}

export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** SHA-256 of a value, whatever the order of its keys. */
export const contentSha256 = (value: object): string => sha256(canonicalJson(value));
