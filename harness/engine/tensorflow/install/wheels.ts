import { EXIT, HarnessError } from "../../../errors.ts";

/** The version of libtensorflow that is provisioned, and of the npm package whose native binding is built on it. */
export const LIBTENSORFLOW = "2.21.0";
export const TFJS_NODE = "4.22.0";

export const VARIANTS = ["cpu", "cuda"] as const;
export type Variant = (typeof VARIANTS)[number];

/** One wheel that pip fetches, and the part of it that is unpacked. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** pip's platform tags under which the wheel is published. */
  readonly platforms: readonly string[];
  /** Path prefixes inside the wheel. */
  readonly unpack: readonly string[];
}

const LIBRARIES = ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"];
/** The C API and what it includes: few of the wheel's 13,000 headers. */
const HEADERS = ["tensorflow/c/", "tensorflow/core/platform/", "xla/tsl/", "tsl/"].map(
  (folder) => `tensorflow/include/${folder}`,
);
const tensorflow = (name: string, sha256: string, arch: string): Wheel => ({
  name,
  version: LIBTENSORFLOW,
  sha256,
  platforms: [`manylinux_2_27_${arch}`],
  unpack: [...LIBRARIES, ...HEADERS],
});

/** libtensorflow's RUNPATH looks for `$ORIGIN/../nvidia/<part>/lib`. */
const nvidia = (part: string, version: string, sha256: string, unpack = `nvidia/${part}/lib/`): Wheel => ({
  name: `nvidia-${part.replaceAll("_", "-")}-cu12`,
  version,
  sha256,
  platforms: [27, 25, 17, 12].map((glibc) => `manylinux_2_${glibc}_x86_64`),
  unpack: [unpack],
});

/** The wheels of the `and-cuda` extra of tensorflow 2.21.0: CUDA 12.9, cuDNN 9. The sha256 are those of the package index. */
const CUDA: readonly Wheel[] = [
  nvidia("cublas", "12.9.3.13", "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72"),
  nvidia("cuda_cupti", "12.9.79", "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f"),
  nvidia(
    "cuda_nvcc",
    "12.9.86",
    "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
    "nvidia/cuda_nvcc/",
  ),
  nvidia("cuda_nvrtc", "12.9.86", "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4"),
  nvidia("cuda_runtime", "12.9.79", "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3"),
  nvidia("cudnn", "9.28.0.42", "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375"),
  nvidia("cufft", "11.4.1.4", "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28"),
  nvidia("curand", "10.3.10.19", "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e"),
  nvidia("cusolver", "11.7.5.82", "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88"),
  nvidia("cusparse", "12.5.10.65", "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78"),
  nvidia("nccl", "2.32.3", "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c"),
  nvidia("nvjitlink", "12.9.86", "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9"),
];

/** What to fetch, by platform and variant. */
const WHEELS: Readonly<Record<string, readonly Wheel[]>> = {
  "linux x64 cpu": [
    tensorflow("tensorflow-cpu", "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c", "x86_64"),
  ],
  "linux x64 cuda": [
    tensorflow("tensorflow", "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124", "x86_64"),
    ...CUDA,
  ],
  "linux arm64 cpu": [
    tensorflow("tensorflow", "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c", "aarch64"),
  ],
};

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of the GNU C library; undefined on systems with another one (Alpine) and off Linux. */
  readonly glibc: string | undefined;
}

export function thisMachine(): Machine {
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime };
}

/** @throws HarnessError when libtensorflow cannot be had for this machine. */
export function wheelsFor(variant: Variant, { platform, arch, glibc }: Machine): readonly Wheel[] {
  const refuse = (what: string): HarnessError =>
    new HarnessError(
      `The tensorflow engine cannot be installed here: ${what}. It needs Linux on x64, or on arm64 without CUDA, with glibc 2.27 or newer. Use --engine wasm.`,
      EXIT.cannotJudge,
    );
  const wheels = WHEELS[`${platform} ${arch} ${variant}`];
  if (!wheels) throw refuse(`no ${variant === "cuda" ? "CUDA " : ""}build for ${platform} ${arch}`);
  if (!glibc) throw refuse("this Linux has no GNU C library");
  const [major, minor] = glibc.split(".").map(Number) as [number, number];
  if (major < 2 || (major === 2 && minor < 27)) throw refuse(`its GNU C library is ${glibc}`);
  return wheels;
}
