/** The importer of each publication. */
import { unknownName } from "../../harness/errors.ts";
import type { Importer, Publication } from "../prepared/importer.ts";
import { CATALOGUE } from "./catalogue.ts";
import { celeba } from "./celeba.ts";
import { cifar10 } from "./cifar10.ts";
import { imagenet64 } from "./ilsvrc2012.ts";
import { imagenet64Box } from "./imagenet-64-box.ts";
import { svhn } from "./svhn.ts";
import { tinyImagenet200 } from "./tiny-imagenet-200.ts";

const IMPORTERS: readonly Importer[] = [svhn, cifar10, celeba, imagenet64, tinyImagenet200, imagenet64Box];

/** @throws HarnessError for a name that nothing has */
export function publicationOf(id: string): Publication & Importer {
  const publication = CATALOGUE.find((one) => one.id === id);
  const importer = IMPORTERS.find((one) => one.id === id);
  if (publication && importer) return { ...publication, ...importer };
  throw unknownName(
    "dataset",
    id,
    CATALOGUE.map((one) => one.id),
  );
}
