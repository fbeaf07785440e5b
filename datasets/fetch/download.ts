/** Downloads published files: resumed where they stopped, checked against their size and SHA-256. */
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { requireRoom } from "../prepared/disk.ts";
import { hashFile } from "../prepared/hash-file.ts";
import type { Fetched } from "../prepared/importer.ts";

export interface DownloadOptions {
  readonly signal: AbortSignal;
  progress(message: string, fraction: number): void;
  /** Tries in a row that get nothing before it is given up. */
  readonly tries?: number;
  readonly pauseMs?: number;
  /** A host that sends nothing for so long counts as gone. */
  readonly stallMs?: number;
}

/** Something that another try may mend. */
class Interrupted extends Error {}

/**
 * Fetches a file into a folder, and returns its path. What had come is kept over an interruption (`.part`); a file that
 * is there and sound is not fetched again. @throws HarnessError
 */
export async function download(file: Fetched, folder: string, options: DownloadOptions): Promise<string> {
  const { signal, progress } = options;
  const place = join(folder, file.name);
  const part = `${place}.part`;
  const check = async (path: string): Promise<boolean> => {
    let done = 0;
    const passed = (bytes: number): void => {
      done += bytes;
      progress(`checksum of ${file.name}`, done / file.sizeBytes);
    };
    return sizeOf(path) === file.sizeBytes && (await hashFile(path, { signal, passed })) === file.sha256;
  };
  if (existsSync(place)) {
    if (await check(place)) return place;
    rmSync(place);
  }
  const resumed = sizeOf(part) > 0;
  await fetchAll(file, part, options);
  if (!(await check(part))) {
    rmSync(part);
    if (!resumed) throw notThePublished(file, "its SHA-256 is another");
    // What an earlier try had left may be to blame.
    await fetchAll(file, part, options);
    if (!(await check(part))) {
      rmSync(part);
      throw notThePublished(file, "its SHA-256 is another");
    }
  }
  renameSync(part, place);
  return place;
}

/** Tries until the part has all bytes. A try that got some does not count. */
async function fetchAll(file: Fetched, part: string, options: DownloadOptions): Promise<void> {
  const { signal, tries = 4, pauseMs = 2_000 } = options;
  for (let failed = 0; sizeOf(part) !== file.sizeBytes; ) {
    const before = sizeOf(part);
    if (before > file.sizeBytes) rmSync(part);
    try {
      await fetchSome(file, part, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Interrupted)) throw error;
      failed = sizeOf(part) > before ? 0 : failed + 1;
      if (failed >= tries) throw unreachable(file, part, error);
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

async function fetchSome(file: Fetched, part: string, { signal, progress, stallMs = 60_000 }: DownloadOptions) {
  const stalled = new AbortController();
  const watch = setTimeout(() => stalled.abort(), stallMs);
  try {
    const response = await request(file, sizeOf(part), AbortSignal.any([signal, stalled.signal]));
    const start = startOf(response, file, part);
    requireRoom(join(part, ".."), file.sizeBytes - start, `Fetching ${file.name}`);
    const out = openSync(part, start > 0 ? "a" : "w");
    try {
      let at = start;
      for await (const chunk of response.body!) {
        watch.refresh();
        for (let written = 0; written < chunk.length; ) written += writeSync(out, chunk, written);
        at += chunk.length;
        if (at > file.sizeBytes) throw notThePublished(file, "it is longer");
        progress(`fetching ${file.name}`, at / file.sizeBytes);
      }
      if (at < file.sizeBytes) throw new Interrupted(`it ended after ${at} of ${file.sizeBytes} bytes`);
    } finally {
      closeSync(out);
    }
  } catch (error) {
    if (stalled.signal.aborted) throw new Interrupted(`the host sent nothing for ${stallMs / 1000} seconds`);
    if (error instanceof TypeError) throw new Interrupted(messageOf(error.cause ?? error));
    throw error;
  } finally {
    clearTimeout(watch);
  }
}

function request({ url }: Fetched, start: number, signal: AbortSignal): Promise<Response> {
  const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  return fetch(url, { signal, headers: { "accept-encoding": "identity", ...range } });
}

/** Where the bytes of an answer belong. @throws Interrupted, or HarnessError when it is not the file. */
function startOf(response: Response, file: Fetched, part: string): number {
  const { status, headers } = response;
  if (status >= 500 || status === 429 || status === 408) throw new Interrupted(`the host answers ${status}`);
  if (status === 416) {
    rmSync(part, { force: true });
    throw new Interrupted("the host has not that many bytes");
  }
  if (status !== 200 && status !== 206)
    throw new HarnessError(
      `${file.url} answers ${status} ${response.statusText}. Fetch ${file.name} by hand and import it with --from.`,
      EXIT.cannotJudge,
    );
  if (/^text\/html/i.test(headers.get("content-type") ?? "")) throw notThePublished(file, "it is a web page");
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
    if (Number(total) !== file.sizeBytes)
      throw notThePublished(file, `it has ${total} bytes and not ${file.sizeBytes}`);
    if (Number(start) === sizeOf(part)) return Number(start);
    rmSync(part, { force: true });
    throw new Interrupted(`the host sent bytes from ${start} on`);
  }
  const length = headers.get("content-length");
  if (length !== null && Number(length) !== file.sizeBytes)
    throw notThePublished(file, `it has ${length} bytes and not ${file.sizeBytes}`);
  return 0;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const notThePublished = (file: Fetched, why: string): HarnessError =>
  new HarnessError(
    `What ${file.url} gives for ${file.name} is not the published file: ${why}. Nothing of it was kept. Try again later, or get it elsewhere and import it with --from.`,
    EXIT.cannotJudge,
  );
const unreachable = (file: Fetched, part: string, error: Error): HarnessError =>
  new HarnessError(
    `Could not fetch ${file.url}: ${error.message}. Check the network. ${sizeOf(part)} of ${file.sizeBytes} bytes are here, and the same command goes on from there.`,
    EXIT.cannotJudge,
    { cause: error },
  );
