/** Imports a module by its address. In JavaScript: a build of TypeScript would add code to a call of `import` whose name is computed. */
export const importModule = (address) => import(address);
