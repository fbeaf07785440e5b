/**
 * Variables that libtensorflow reads when it loads and that change bits. By default oneDNN is on only for processors with AVX512-VNNI
 * or AMX; without it a captured step has other bits than an eager one. Programs of earlier revisions get the variables from
 * the process that starts them.
 */
export const BITS_OF_TENSORFLOW = { TF_ENABLE_ONEDNN_OPTS: "1" } as const;

/** The environment with these variables, unless it has them. */
export const withTensorflowBits = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ ...BITS_OF_TENSORFLOW, ...env });
