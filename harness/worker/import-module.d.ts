/** Imports a module by its address, e.g. `file:///…/model.ts`. Rejects as `import` does. */
export function importModule(address: string): Promise<Record<string, unknown>>;
