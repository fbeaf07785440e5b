/** Takes named files out of a gzipped tar archive. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { asMalformed, malformed, requireData } from "./malformed.ts";

export interface TarOptions {
  /** Files that are wanted, by the last part of their names; others are passed over. */
  readonly wanted: readonly string[];
  readonly mostBytesEach: number;
  readonly signal: AbortSignal;
}

/**
 * Unpacks the wanted files into `folder`, which exists, under their last names: what the archive says of folders does not
 * count, so that nothing can be written elsewhere. @returns the names that were there. @throws HarnessError when the
 * archive is damaged or holds one of them twice.
 */
export async function unpackTarGz(
  file: string,
  folder: string,
  { wanted, mostBytesEach, signal }: TarOptions,
): Promise<string[]> {
  requireData(file);
  const found: string[] = [];
  const unpack = extract();
  unpack.on("entry", (header, entry, next) => {
    const name = wantedName(header, wanted);
    entry.on("error", () => {}); // it is told of every error of the archive, which the pipeline throws
    const done = (error?: unknown): void => (error ? unpack.destroy(error as Error) : next());
    if (name === undefined) {
      entry.on("end", done).resume();
      return;
    }
    if (found.includes(name)) return done(malformed(file, `has ${name} twice`));
    if ((header.size ?? 0) > mostBytesEach)
      return done(malformed(file, `says that ${name} has ${header.size} bytes; ${mostBytesEach} are the most`));
    found.push(name);
    pipeline(entry, createWriteStream(join(folder, name), { flags: "wx" })).then(() => done(), done);
  });
  try {
    await pipeline(createReadStream(file), createGunzip(), unpack, { signal });
  } catch (error) {
    throw asMalformed(file, error);
  }
  return found;
}

const wantedName = ({ name, type }: Header, wanted: readonly string[]): string | undefined =>
  type === "file" ? wanted.find((last) => name === last || name.endsWith(`/${last}`)) : undefined;
