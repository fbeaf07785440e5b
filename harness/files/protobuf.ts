/** Writes protocol buffers' wire format (https://protobuf.dev/programming-guides/encoding): a list of tagged fields. */

/** Wire types: how a reader finds the end of a field. */
const [VARINT, EIGHT_BYTES, LENGTH_DELIMITED, FOUR_BYTES] = [0, 1, 2, 5];

const utf8 = new TextEncoder();

/** A message under construction. Fields are written in the order of the calls; like protoc's, in ascending order. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** An int32, int64, enum or bool field. */
  integer(field: number, value: number): this {
    return this.#tag(field, VARINT).#append(varint(value));
  }

  /** A float field. */
  float(field: number, value: number): this {
    return this.#tag(field, FOUR_BYTES).#append(littleEndian([value]));
  }

  /** A double field. */
  double(field: number, value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return this.#tag(field, EIGHT_BYTES).#append(bytes);
  }

  /** A string, bytes or message field. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    const content = typeof value === "string" ? utf8.encode(value) : value instanceof Message ? value.encode() : value;
    return this.#tag(field, LENGTH_DELIMITED).#append(varint(content.length)).#append(content);
  }

  /** A packed repeated field of integers, enums or bools; no field when there are none. */
  integers(field: number, values: readonly number[]): this {
    return values.length === 0 ? this : this.bytes(field, concat(values.map(varint)));
  }

  /** A packed repeated field of floats; no field when there are none. */
  floats(field: number, values: readonly number[]): this {
    return values.length === 0 ? this : this.bytes(field, littleEndian(values));
  }

  encode(): Uint8Array {
    return concat(this.#parts);
  }

  #tag(field: number, wireType: number): this {
    return this.#append(varint((field << 3) | wireType));
  }

  #append(part: Uint8Array): this {
    this.#parts.push(part);
    return this;
  }
}

/** Seven bits a byte, the lowest first, the top bit set on all but the last; negative numbers as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

function littleEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
