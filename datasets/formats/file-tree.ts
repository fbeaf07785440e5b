/** Named files to read in any order: those of a zip archive, or of a folder. Nothing is unpacked to the disk. */
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import yauzl from "yauzl";
import { crc32 } from "./crc32.ts";
import { asMalformed, malformed, requireData } from "./malformed.ts";

export interface FileTree {
  /** The archive or folder. */
  readonly path: string;
  readonly isArchive: boolean;
  /** Files, with "/" between folders, as the archive or folder lists them. */
  readonly names: readonly string[];
  sizeOf(name: string): number;
  /** A whole file. @throws HarnessError when it has more than `mostBytes`, before any is allocated, or is damaged. */
  read(name: string, mostBytes: number): Promise<Buffer>;
  /** A large file, in pieces. */
  stream(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

/** @throws HarnessError when the archive is damaged, or names a file outside of itself. */
export async function openTree(path: string): Promise<FileTree> {
  return statSync(path).isDirectory() ? openFolder(path) : openZip(path);
}

function openFolder(path: string): FileTree {
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() || (entry.isSymbolicLink() && statSync(join(entry.parentPath, entry.name)).isFile()),
    )
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join("/"));
  const tree: FileTree = {
    path,
    isArchive: false,
    names,
    sizeOf: (name) => statSync(join(path, name)).size,
    async read(name, mostBytes) {
      requireSize(join(path, name), tree.sizeOf(name), mostBytes);
      return readFileSync(join(path, name));
    },
    stream: (name) => createReadStream(join(path, name)) as unknown as AsyncGenerator<Buffer>,
    close: () => {},
  };
  return tree;
}

async function openZip(path: string): Promise<FileTree> {
  requireData(path);
  const zip = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true })
    .catch((error: unknown) => {
      throw asMalformed(path, error);
    });
  const entries = await entriesOf(path, zip);
  const entry = (name: string): yauzl.Entry => {
    const found = entries.get(name);
    if (!found) throw malformed(path, `has no ${name}`);
    return found;
  };
  async function* stream(name: string): AsyncGenerator<Buffer> {
    const { crc32: expected } = entry(name);
    let crc = 0;
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry(name))) {
        crc = crc32(chunk as Buffer, crc);
        yield chunk as Buffer;
      }
    } catch (error) {
      throw asMalformed(`${path}, ${name},`, error);
    }
    if (crc !== expected) throw malformed(`${path}, ${name},`, "is damaged: its checksum is another");
  }
  return {
    path,
    isArchive: true,
    names: [...entries.keys()],
    sizeOf: (name) => entry(name).uncompressedSize,
    async read(name, mostBytes) {
      requireSize(`${path}, ${name},`, entry(name).uncompressedSize, mostBytes);
      const parts: Buffer[] = [];
      for await (const part of stream(name)) parts.push(part);
      return Buffer.concat(parts);
    },
    stream,
    close: () => zip.close(),
  };
}

async function entriesOf(path: string, zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      if (entries.has(entry.fileName)) throw malformed(path, `has ${entry.fileName} twice`);
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    zip.close();
    throw asMalformed(path, error);
  }
  return entries;
}

function requireSize(name: string, size: number, most: number): void {
  if (size > most) throw malformed(name, `has ${size} bytes; ${most} are the most that are read`);
}
