/** Downloads from a host that does what hosts do. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { refusal } from "../fixtures/refusal.ts";
import type { Fetched } from "../prepared/importer.ts";
import { download } from "./download.ts";

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
const root = mkdtempSync(join(tmpdir(), "download-test-"));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const answers: Answer[] = [];
const ranges: (string | undefined)[] = [];
const server = createServer((request, response) => {
  ranges.push(request.headers.range);
  const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
  answer(request, response);
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const file: Fetched = {
  name: "data.bin",
  sizeBytes: BYTES.length,
  sha256: createHash("sha256").update(BYTES).digest("hex"),
  url: `${address}/data.bin`,
};
let folders = 0;
function start(...given: Answer[]): string {
  answers.splice(0, answers.length, ...given);
  ranges.length = 0;
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}
const quick = { signal: new AbortController().signal, progress: () => {}, pauseMs: 1, stallMs: 2_000 };

/** A host that knows ranges, and hangs up after some bytes of each answer. */
const sends =
  (bytes: Buffer, most = Number.POSITIVE_INFINITY): Answer =>
  (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const part = bytes.subarray(from);
    const head = { "content-length": part.length, "content-type": "application/octet-stream" };
    if (request.headers.range === undefined) response.writeHead(200, head);
    else response.writeHead(206, { ...head, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    if (part.length <= most) response.end(part);
    else response.write(part.subarray(0, most), () => setTimeout(() => response.destroy(), 20));
  };
const ignoresRanges: Answer = (_, response) => response.writeHead(200, { "content-length": BYTES.length }).end(BYTES);
const says =
  (status: number, text: string, type = "text/plain"): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": type }).end(text);

describe("a download", () => {
  test("arrives whole, with its progress", async () => {
    const folder = start(sends(BYTES));
    const heard: number[] = [];
    const path = await download(file, folder, {
      ...quick,
      progress: (what, fraction) => void (what.startsWith("fetching") && heard.push(fraction)),
    });
    assert.deepEqual(readFileSync(path), BYTES);
    assert.deepEqual(readdirSync(folder), ["data.bin"]);
    assert.deepEqual([heard.at(-1), [...heard].sort((a, b) => a - b).join()], [1, heard.join()]);
  });
  test("is not fetched again when it is there and sound, and is when it is not", async () => {
    const folder = start(sends(BYTES));
    writeFileSync(join(folder, "data.bin"), BYTES);
    await download(file, folder, quick);
    assert.deepEqual(ranges, []);
    writeFileSync(join(folder, "data.bin"), Buffer.alloc(BYTES.length));
    assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
  });
  test("goes on where the host hung up, as often as it gets on", async () => {
    const folder = start(sends(BYTES, 60_000));
    assert.deepEqual(readFileSync(await download(file, folder, { ...quick, tries: 2 })), BYTES);
    assert.equal(ranges[0], undefined);
    assert.ok(ranges.length >= 5 && /^bytes=[1-9]\d*-$/.test(ranges[1]!), ranges.join());
  });
  test("goes on where an earlier process stopped", async () => {
    const folder = start(sends(BYTES));
    writeFileSync(join(folder, "data.bin.part"), BYTES.subarray(0, 1000));
    assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
    assert.deepEqual(ranges, ["bytes=1000-"]);
  });
  test("begins again where the host ignores ranges, or refuses them", async () => {
    for (const given of [[ignoresRanges], [says(416, ""), sends(BYTES)]]) {
      const folder = start(...given);
      writeFileSync(join(folder, "data.bin.part"), Buffer.alloc(1000, 7));
      assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
    }
  });
  test("begins again once when what an earlier process had left is wrong", async () => {
    const folder = start(sends(BYTES));
    writeFileSync(join(folder, "data.bin.part"), Buffer.alloc(1000, 7));
    assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
    assert.deepEqual(ranges, ["bytes=1000-", undefined]);
  });
  test("lives through a host that is busy", async () => {
    const folder = start(says(503, "busy"), says(429, "slowly"), sends(BYTES));
    assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
  });
  test("that is stopped keeps what has come", async () => {
    const folder = start(sends(BYTES, 100_000));
    const stop = new AbortController();
    const progress = (what: string): void => void (what.startsWith("fetching") && stop.abort());
    await assert.rejects(download(file, folder, { ...quick, signal: stop.signal, progress }), { name: "AbortError" });
    assert.deepEqual(readdirSync(folder), ["data.bin.part"]);
    answers.splice(0, 1, sends(BYTES));
    assert.deepEqual(readFileSync(await download(file, folder, quick)), BYTES);
  });
});

describe("a download is refused", () => {
  const cases: readonly (readonly [string, Answer, RegExp])[] = [
    [
      "when it is a web page",
      says(200, "<html>quota", "text/html; charset=utf-8"),
      /not the published file: it is a web page/,
    ],
    ["when it is not there", says(404, "no"), /answers 404 .*import it with --from/],
    ["when it has another size", sends(BYTES.subarray(1)), /it has 299999 bytes and not 300000/],
    ["when it has other bytes", sends(Buffer.alloc(BYTES.length)), /its SHA-256 is another/],
    [
      "when it does not end",
      (_, response) => void response.writeHead(200).end(Buffer.concat([BYTES, BYTES])),
      /not the published file: it is longer/,
    ],
  ];
  for (const [what, answer, words] of cases)
    test(what, async () => {
      const folder = start(answer);
      await assert.rejects(download(file, folder, quick), refusal(words));
    });
  test("when the host answers with errors only, and what had come is kept", async () => {
    const folder = start(sends(BYTES, 60_000), says(500, "no"));
    await assert.rejects(
      download(file, folder, { ...quick, tries: 2 }),
      refusal(/Could not fetch .*: the host answers 500.* [1-9]\d* of 300000 bytes are here/),
    );
    assert.deepEqual(readdirSync(folder), ["data.bin.part"]);
  });
  test("when the host sends nothing more", async () => {
    const folder = start((_, response) => {
      response.writeHead(200, { "content-length": BYTES.length });
      response.write(BYTES.subarray(0, 10));
    });
    await assert.rejects(
      download(file, folder, { ...quick, stallMs: 50, tries: 1 }),
      refusal(/sent nothing for 0.05 seconds|Could not fetch/),
    );
  });
  test("when nobody is there", async () => {
    const folder = start(sends(BYTES));
    await assert.rejects(
      download({ ...file, url: "http://127.0.0.1:9/data.bin" }, folder, { ...quick, tries: 2 }),
      refusal(/Could not fetch http:\/\/127.0.0.1:9/),
    );
  });
});
