/** A verb of the command line: its arguments and options, each declared once, and the function that gets their values. */
import { parseArgs } from "node:util";
import { type ExitCode, HarnessError, unknownName } from "../errors.ts";

export interface Option {
  /** Options of type string take a value; it may begin with "-" only after "=". */
  readonly type: "string" | "boolean";
  readonly describe?: string;
  /** The value without the option, as text that `coerce` takes too. */
  readonly default?: string | boolean;
  /** What the help shows in the place of `default`. */
  readonly defaultDescription?: string;
  readonly demandOption?: true;
  /** From the text to the value. Throws HarnessError for a text that is not allowed. */
  readonly coerce?: (value: string) => unknown;
}
export interface Positional {
  readonly describe?: string;
  readonly default?: string;
  readonly required?: true;
}
type Positionals = Readonly<Record<string, Positional>>;
type Options = Readonly<Record<string, Option>>;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Value<D> = D extends { readonly coerce: (value: string) => infer V }
  ? V
  : D extends { readonly type: "boolean" }
    ? boolean
    : string;
type Given = { readonly default: unknown } | { readonly demandOption: true } | { readonly required: true };
type ValuesOf<T> = {
  readonly [K in keyof T & string as T[K] extends Given ? Camel<K> : never]: Value<T[K]>;
} & {
  readonly [K in keyof T & string as T[K] extends Given ? never : Camel<K>]?: Value<T[K]>;
};
/** The values of a verb's arguments and options; `--run-timeout` is `runTimeout`. */
export type Arguments<P, O> = ValuesOf<P> & ValuesOf<O>;

interface Described {
  /** Command lines ("$0" is "npm run") and what they do. */
  readonly examples?: readonly (readonly [command: string, what: string])[];
  readonly epilogue?: string;
}
export interface Declaration<P, O> extends Described {
  /** In their order. */
  readonly positionals: P;
  readonly options: O;
  run(args: Arguments<P, O>): ExitCode | Promise<ExitCode>;
}
export interface LoadedVerb extends Described {
  readonly positionals: Positionals;
  readonly options: Options;
  run(args: Readonly<Record<string, unknown>>): ExitCode | Promise<ExitCode>;
}

/** A verb whose `run` gets values of the types that its tables declare. */
export function verb<const P extends Positionals, const O extends Options>(declared: Declaration<P, O>): LoadedVerb {
  // `valuesOf` makes the values from the same tables.
  const run = declared.run as (args: Readonly<Record<string, unknown>>) => ExitCode | Promise<ExitCode>;
  return { ...declared, run };
}

/** "suite <id>", "report [id]" */
export const usageOf = (name: string, { positionals }: Pick<LoadedVerb, "positionals">): string =>
  [
    name,
    ...Object.entries(positionals).map(([argument, { required }]) => (required ? `<${argument}>` : `[${argument}]`)),
  ].join(" ");

/**
 * The values of the arguments and options in `args`, by name in camel case; an option that is given twice has its last value.
 * Throws HarnessError for an unknown option, an option without its value, and an argument too many or too few.
 */
export function valuesOf(
  name: string,
  args: readonly string[],
  { positionals, options }: Pick<LoadedVerb, "positionals" | "options">,
): Readonly<Record<string, unknown>> {
  const types = Object.fromEntries(Object.entries(options).map(([option, { type }]) => [option, { type }]));
  const { tokens } = parseArgs({ args: [...args], options: types, strict: false, tokens: true });
  const free = Object.keys(positionals);
  const given = new Map<string, string | boolean>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      const argument = free.shift();
      if (argument === undefined) throw oneTooMany(name, args[0], token.value);
      given.set(argument, token.value);
      continue;
    }
    if (!Object.hasOwn(options, token.name)) throw unknownOption(args[token.index]!, options);
    given.set(token.name, textOf(token, options[token.name]!.type));
  }
  const missing = free.find((argument) => positionals[argument]!.required);
  if (missing !== undefined) throw tooFew(name, missing);
  const values: Record<string, unknown> = {};
  for (const [key, declared] of Object.entries<Option | Positional>({ ...positionals, ...options })) {
    const value = given.get(key) ?? declared.default;
    if (value !== undefined)
      values[camelCase(key)] = "coerce" in declared && declared.coerce ? declared.coerce(String(value)) : value;
    else if ("demandOption" in declared && declared.demandOption)
      throw new HarnessError(`${name} needs --${key}. See npm run ${name} -- --help.`);
  }
  return values;
}

interface OptionToken {
  readonly name: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function textOf({ name, value, inlineValue }: OptionToken, type: Option["type"]): string | boolean {
  if (type === "string") {
    if (value === undefined || (!inlineValue && isOptionLike(value)))
      throw new HarnessError(`--${name} needs a value.`);
    return value;
  }
  if (value !== undefined && value !== "true" && value !== "false")
    throw new HarnessError(`--${name} takes no value, got "${value}".`);
  return value !== "false";
}

/** "-x" and "--x", but not "-1.5" */
const isOptionLike = (text: string): boolean => /^-\D/.test(text);

function unknownOption(given: string, options: Options): HarnessError {
  const known = [...Object.keys(options), "help"].map((option) => `--${option}`);
  return unknownName("option", given.split("=")[0]!, known);
}

const oneTooMany = (name: string, first: string | undefined, value: string): HarnessError =>
  new HarnessError(
    `Do not know what to do with "${value}". Options begin with --, and under npm they stand behind a --: npm run ${name} ${first ?? ""} -- --option value.`,
  );

const tooFew = (name: string, missing: string): HarnessError =>
  new HarnessError(
    `${name} needs ${missing === "id" ? "the name of a suite" : `<${missing}>`}. See npm run ${name} -- --help.`,
  );

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
