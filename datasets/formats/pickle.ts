/**
 * Reads the pickles of CIFAR-10's Python archive: dictionaries of strings, integers, lists and NumPy byte arrays, written
 * by Python 2 in protocol 2 (opcodes: CPython's Lib/pickletools.py). A pickle is a program that may call anything; here
 * three constructors of NumPy are known, none is called, and every other name or opcode is refused.
 */
export type Value = null | boolean | number | Buffer | readonly Value[] | Dictionary | ByteArray;
export class Dictionary extends Map<string, Value> {}
/** A NumPy array of uint8 in C order. */
export class ByteArray {
  shape: readonly number[] = [];
  data: Buffer = Buffer.alloc(0);
}

const refuse = (what: string): never => {
  throw new Error(what);
};

/** What a pickle may name. */
const NAMES = ["numpy.core.multiarray _reconstruct", "numpy ndarray", "numpy dtype"] as const;
type Name = (typeof NAMES)[number];
class Global {
  readonly name: Name;
  constructor(name: Name) {
    this.name = name;
  }
}
/** The dtype "u1", which says of itself that it is one byte without an order. */
class ByteType {}
const MARK = Symbol("mark");
type Item = Value | Global | ByteType | readonly Item[] | typeof MARK;

/** Nesting and length of what is read are bounded by the bytes there are; numbers of items by this. */
const MOST_ITEMS = 10_000_000;

/** @throws Error that says what was not expected. */
export function readPickle(bytes: Buffer): Value {
  return new Machine(bytes).run();
}

class Machine {
  readonly #bytes: Buffer;
  #at = 0;
  #items = 0;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, Item>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): Value {
    for (;;) {
      const at = this.#at;
      const opcode = this.#take(1)[0]!;
      if (opcode === 0x2e /* STOP */) {
        if (this.#at !== this.#bytes.length || this.#stack.length !== 1) throw new Error("it does not end at its end");
        return asValue(this.#stack[0]!);
      }
      const step = STEPS[String.fromCharCode(opcode)];
      if (!step) throw new Error(`opcode 0x${opcode.toString(16)} at byte ${at} is none of those that CIFAR-10 needs`);
      step(this);
    }
  }

  #take(count: number): Buffer {
    if (count > this.#bytes.length - this.#at) throw new Error("it is cut off");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
  uint8 = (): number => this.#take(1)[0]!;
  uint16 = (): number => this.#take(2).readUInt16LE(0);
  int32 = (): number => this.#take(4).readInt32LE(0);
  text(length: number): Buffer {
    if (length < 0) throw new Error(`a text of ${length} bytes`);
    return this.#take(length);
  }
  line(): string {
    const length = this.#bytes.indexOf(0x0a, this.#at) - this.#at;
    if (length < 0 || length > 100) throw new Error("a name that does not end");
    return this.#take(length + 1).toString("latin1", 0, length);
  }

  push(item: Item): void {
    if (++this.#items > MOST_ITEMS) throw new Error(`more than ${MOST_ITEMS} items`);
    this.#stack.push(item);
  }
  pop(): Item {
    const item = this.#stack.pop();
    return item === undefined ? refuse("it takes more than it put down") : item;
  }
  top(): Item {
    return this.#stack.at(-1) ?? refuse("it takes more than it put down");
  }
  popToMark(): Item[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error("it takes more than it put down");
    const items = this.#stack.splice(mark);
    return items.slice(1);
  }
  put = (place: number): void => void this.#memo.set(place, this.top());
  get = (place: number): void => this.push(this.#memo.get(place) ?? refuse(`place ${place} has nothing`));
}

const STEPS: Readonly<Record<string, (machine: Machine) => void>> = {
  "\x80": (m) => {
    const protocol = m.uint8();
    if (protocol !== 2) throw new Error(`protocol ${protocol}`);
  },
  "(": (m) => m.push(MARK),
  "}": (m) => m.push(new Dictionary()),
  "]": (m) => m.push([]),
  ")": (m) => m.push([]),
  N: (m) => m.push(null),
  "\x88": (m) => m.push(true),
  "\x89": (m) => m.push(false),
  K: (m) => m.push(m.uint8()),
  M: (m) => m.push(m.uint16()),
  J: (m) => m.push(m.int32()),
  U: (m) => m.push(m.text(m.uint8())),
  T: (m) => m.push(m.text(m.int32())),
  q: (m) => m.put(m.uint8()),
  r: (m) => m.put(m.int32()),
  h: (m) => m.get(m.uint8()),
  j: (m) => m.get(m.int32()),
  t: (m) => m.push(m.popToMark()),
  "\x85": (m) => m.push([m.pop()]),
  "\x86": (m) => m.push([m.pop(), m.pop()].reverse()),
  "\x87": (m) => m.push([m.pop(), m.pop(), m.pop()].reverse()),
  a: (m) => append(m, [m.pop()]),
  e: (m) => append(m, m.popToMark()),
  s: (m) => setItems(m, [m.pop(), m.pop()].reverse()),
  u: (m) => setItems(m, m.popToMark()),
  c: (m) => {
    const named = `${m.line()} ${m.line()}`;
    m.push(new Global(NAMES.find((name) => name === named) ?? refuse(`it names ${named}`)));
  },
  R: reduce,
  b: build,
};

function append(machine: Machine, items: readonly Item[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw new Error("it appends to what is no list");
  for (const item of items) (list as Item[]).push(asValue(item));
}

function setItems(machine: Machine, items: readonly Item[]): void {
  const dictionary = machine.top();
  if (!(dictionary instanceof Dictionary) || items.length % 2 === 1) throw new Error("it fills what is no dictionary");
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (!Buffer.isBuffer(key)) throw new Error("a dictionary's key is no text");
    dictionary.set(key.toString("latin1"), asValue(items[i + 1]!));
  }
}

/** `_reconstruct(ndarray, (0,), 'b')` and `dtype('u1', 0, 1)`, the only calls. */
function reduce(machine: Machine): void {
  const given = machine.pop();
  const called = machine.pop();
  const name = called instanceof Global ? called.name : "nothing";
  if (!Array.isArray(given)) throw new Error("a call without arguments");
  const [first] = given as Item[];
  const isArray = first instanceof Global && first.name === "numpy ndarray";
  const isBytes = Buffer.isBuffer(first) && first.toString("latin1") === "u1";
  if (name === "numpy.core.multiarray _reconstruct" && isArray) machine.push(new ByteArray());
  else if (name === "numpy dtype" && isBytes) machine.push(new ByteType());
  else throw new Error(`it calls ${name}`);
}

/** The state of an array, (version, shape, dtype, is Fortran order, data), or of its dtype. */
function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  if (target instanceof ByteType) return;
  if (!(target instanceof ByteArray) || !Array.isArray(state)) throw new Error("it builds what is no array");
  const [, shape, type, isFortran, data] = state as Item[];
  if (!isShape(shape) || !(type instanceof ByteType) || isFortran !== false || !Buffer.isBuffer(data))
    throw new Error("an array of another kind than uint8 in C order");
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (size !== data.length) throw new Error(`an array of ${shape.join(" × ")} with ${data.length} bytes`);
  target.shape = shape;
  target.data = data;
}

const isShape = (item: Item | undefined): item is readonly number[] =>
  Array.isArray(item) && item.every((dim) => typeof dim === "number" && dim >= 0);

function asValue(item: Item): Value {
  if (item instanceof Global || item instanceof ByteType || typeof item === "symbol")
    throw new Error("something of NumPy's stands alone");
  return item as Value;
}
