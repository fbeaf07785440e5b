/** `prepare-pictures.ts FOLDER` makes of face-*.jpg and wide-*.jpg what the datasets would: the same names with .rgb. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { celebaCrop, centreCrop, decode } from "../../datasets/formats/picture.ts";

const folder = process.argv[2] ?? ".";
for (const name of readdirSync(folder).filter((name) => name.endsWith(".jpg"))) {
  const picture = await decode(name, readFileSync(join(folder, name)), 1e7);
  const pixels = name.startsWith("face") ? await celebaCrop(name, picture) : await centreCrop(picture, 64);
  writeFileSync(join(folder, name.replace(".jpg", ".rgb")), pixels);
}
