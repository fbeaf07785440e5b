/** Copy of a training's state in the memory of the host, by the tensors' names. Checkpoints contain it. */
export type HostState = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
