/** What is published, where, and how a person gets it. Sizes and checksums as the publishers' files have them. */
import type { DatasetId } from "../dataset-ids.ts";
import type { Fetched, OfficialFile, Publication } from "../prepared/importer.ts";

const SVHN_HOST = "http://ufldl.stanford.edu/housenumbers";
const CIFAR_HOST = "https://www.cs.toronto.edu/~kriz";

export const SVHN_FILES = {
  train: {
    name: "train_32x32.mat",
    sizeBytes: 182_040_794,
    sha256: "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
    url: `${SVHN_HOST}/train_32x32.mat`,
  },
  test: {
    name: "test_32x32.mat",
    sizeBytes: 64_275_384,
    sha256: "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
    url: `${SVHN_HOST}/test_32x32.mat`,
  },
  extra: {
    name: "extra_32x32.mat",
    sizeBytes: 1_329_278_602,
    sha256: "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3",
    url: `${SVHN_HOST}/extra_32x32.mat`,
  },
} as const;

export const CIFAR_BINARY: Fetched = {
  name: "cifar-10-binary.tar.gz",
  sizeBytes: 170_052_171,
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  url: `${CIFAR_HOST}/cifar-10-binary.tar.gz`,
};
export const CIFAR_PYTHON: Fetched = {
  name: "cifar-10-python.tar.gz",
  sizeBytes: 170_498_071,
  sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
  url: `${CIFAR_HOST}/cifar-10-python.tar.gz`,
};

export const CELEBA_FILES: readonly OfficialFile[] = [
  {
    name: "img_align_celeba.zip",
    sizeBytes: 1_443_490_838,
    sha256: "46fb89443c578308acf364d7d379fe1b9efb793042c0af734b6112e4fd3a8c74",
  },
  {
    name: "list_attr_celeba.txt",
    sizeBytes: 26_721_026,
    sha256: "f0e5da289d5ccf75ffe8811132694922b60f2af59256ed362afa03fefba324d0",
  },
  {
    name: "list_eval_partition.txt",
    sizeBytes: 2_836_386,
    sha256: "fc955bcb3ef8fbdf7d5640d9a8693a8431b5f2ee291a5c1449a1549e7e073fe7",
  },
];

export const TINY_IMAGENET_ARCHIVE: Fetched = {
  name: "tiny-imagenet-200.zip",
  sizeBytes: 248_100_043,
  sha256: "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
  url: "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
};

/** The paper's data first, then what stands in for them. */
export const CATALOGUE: readonly Publication[] = [
  {
    id: "svhn",
    dataset: "svhn",
    about: "SVHN format 2: 630,420 house numbers of 32 × 32; 1.6 GB to fetch, 1.9 GB prepared",
    get: Object.values(SVHN_FILES),
  },
  {
    id: "cifar10",
    dataset: "cifar10",
    about: "CIFAR-10: 60,000 images of 32 × 32 in ten classes; 170 MB to fetch, 184 MB prepared",
    get: [CIFAR_BINARY],
  },
  {
    id: "celeba",
    dataset: "celeba",
    about: "CelebA: 202,599 aligned faces with 40 attributes; 1.5 GB to fetch, 2.5 GB prepared",
    get: "open http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html, agree to its terms, and save img_align_celeba.zip (Img), list_attr_celeba.txt (Anno) and list_eval_partition.txt (Eval) in one folder",
  },
  {
    id: "imagenet-64",
    dataset: "imagenet-64",
    about:
      "ILSVRC2012, which the paper calls Tiny ImageNet: 1,331,167 images, cut to 64 × 64; 144 GB to fetch, 16.4 GB prepared",
    get: "get an account at https://image-net.org, fetch ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar, and unpack them and the archive of each class, so that there are train/n01440764/n01440764_10026.JPEG … and val/ILSVRC2012_val_00000001.JPEG …",
  },
  {
    id: "tiny-imagenet-200",
    dataset: "imagenet-64",
    about:
      "tiny-imagenet-200, a stand-in for ILSVRC2012: 110,000 images of 64 × 64 in 200 classes; 248 MB to fetch, 1.4 GB prepared",
    get: [TINY_IMAGENET_ARCHIVE],
  },
  {
    id: "imagenet-64-box",
    dataset: "imagenet-64",
    about:
      "downsampled ImageNet (box filter), a stand-in for ILSVRC2012: 1,331,167 whole images squeezed to 64 × 64; 13 GB to fetch, 16.4 GB prepared",
    get: "get an account at https://image-net.org/download-images.php, fetch the npz archives of 64 × 64 (two of train, one of val), and unpack them so that train_data_batch_1.npz to train_data_batch_10.npz and val_data.npz are in one folder",
  },
];

/** What to fetch for a dataset, and the commands. */
export const howToGet = (dataset: DatasetId): string =>
  CATALOGUE.filter((publication) => publication.dataset === dataset)
    .map(howToGetOne)
    .join(" Or ");

export function howToGetOne({ id, about, get }: Publication): string {
  const importing = `npm run dataset -- import ${id} --from FOLDER`;
  return typeof get === "string"
    ? `${about}. To get it, ${get}; then run "${importing}".`
    : `${about}. Run "npm run dataset -- fetch ${id}", or "${importing}" with files you have.`;
}
