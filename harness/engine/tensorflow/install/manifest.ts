import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EXIT, HarnessError } from "../../../errors.ts";

/** What an installed engine consists of. It is written last: a folder without it is not an installation. */
const Manifest = z.object({
  variant: z.enum(["cpu", "cuda"]),
  libtensorflow: z.string(),
  tfjsNode: z.string(),
  /** The folder it was built for: the binding looks for its libraries there. */
  folder: z.string(),
  wheels: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;

export const BINDING = "tfjs_binding.node";
const MANIFEST = "manifest.json";

export async function writeManifest(folder: string, about: Omit<Manifest, "files">): Promise<void> {
  const files: Manifest["files"] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({ path: path.slice(folder.length + 1), sizeBytes: statSync(path).size, sha256: await sha256(path) });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  writeDurably(join(folder, MANIFEST), JSON.stringify({ ...about, files }, null, 1));
}

/** The manifest, or undefined when the folder is not an installation. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")));
  } catch {
    return undefined;
  }
}

/**
 * Checks an installation: the size of every file and the sha256 of the binding, and with `thorough` of every file (some
 * seconds). @throws HarnessError naming the first file that is not as it was installed.
 */
export async function verifyFiles(folder: string, manifest: Manifest, thorough: boolean): Promise<void> {
  const damaged = (what: string): HarnessError =>
    new HarnessError(
      `The tensorflow engine in ${folder} is damaged: ${what}. Run "npm run engine install" to replace it, or use --engine wasm.`,
      EXIT.cannotJudge,
    );
  if (manifest.folder !== folder) throw damaged(`it was built for ${manifest.folder} and does not work after a move`);
  for (const { path, sizeBytes, sha256: expected } of manifest.files) {
    const file = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!file) throw damaged(`${path} is missing`);
    if (file.size !== sizeBytes) throw damaged(`${path} has ${file.size} bytes instead of ${sizeBytes}`);
    if ((thorough || path === BINDING) && (await sha256(join(folder, path))) !== expected)
      throw damaged(`the contents of ${path} have changed`);
  }
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.tmp`, "w");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.tmp`, path);
}
