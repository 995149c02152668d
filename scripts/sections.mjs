// The binary form of WebAssembly, as far as the scripts that change a module look at it.

/** Reads the module's numbers (LEB128) one behind the other, from `at` on. */
export class Cursor {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

/** The bytes before the first section. */
export const HEAD = 8;

/** The sections in order: the id, where it starts with that, and where its content does and ends. */
export function* sections(bytes) {
  for (let start = HEAD; start < bytes.length; ) {
    const cursor = new Cursor(bytes, start);
    const id = cursor.byte();
    const size = cursor.number();
    const end = cursor.at + size;
    yield { id, start, content: cursor.at, end };
    start = end;
  }
}
