/** `import-svhn.ts CACHE FROM` imports SVHN's files into an empty cache, as `npm run dataset -- import svhn` does. */
import { prepare } from "../../datasets/prepared/prepare.ts";
import { publicationOf } from "../../datasets/sources/index.ts";

const [, , cache = "", from = ""] = process.argv;
await prepare(publicationOf("svhn"), from, {
  cache,
  signal: new AbortController().signal,
  progress: () => {},
});
