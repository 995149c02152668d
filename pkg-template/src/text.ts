// What the package and the generated glue get for TextDecoder and TextEncoder. They make theirs while the script
// loads, or need one in any realm, and Jest's jsdom has neither: these look for the real one when text is first
// converted, and do without it where there is none.

const UNICODE_REPLACEMENT = 0xfffd;

class Decoder {
  #real: globalThis.TextDecoder | undefined;

  decode(bytes?: Uint8Array): string {
    if (bytes === undefined) return "";
    if (this.#real === undefined && typeof globalThis.TextDecoder === "function") {
      this.#real = new globalThis.TextDecoder("utf-8", { ignoreBOM: true });
    }
    return this.#real === undefined ? decodeUtf8(bytes) : this.#real.decode(bytes);
  }
}

class Encoder {
  #real: globalThis.TextEncoder | undefined;

  #find(): globalThis.TextEncoder | undefined {
    if (this.#real === undefined && typeof globalThis.TextEncoder === "function") {
      this.#real = new globalThis.TextEncoder();
    }
    return this.#real;
  }

  encode(text: string): Uint8Array {
    return this.#find()?.encode(text) ?? encodeUtf8(text);
  }

  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    const real = this.#find();
    if (real !== undefined) return real.encodeInto(text, target);
    const bytes = encodeUtf8(text);
    if (bytes.length > target.length) return { read: 0, written: 0 };
    target.set(bytes);
    return { read: text.length, written: bytes.length };
  }
}

// Under names of their own: where this file becomes the top of a classic script, a `var TextEncoder` would
// take the place of the real one.
export { Decoder as TextDecoder, Encoder as TextEncoder };

/** Rust strings are valid UTF-8, so malformed input needs no care here. */
function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let point = first & (0x3f >> more);
    for (let k = 0; k < more; k++) point = (point << 6) | (bytes[i++]! & 0x3f);
    text += String.fromCodePoint(point);
  }
  return text;
}

function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) point = UNICODE_REPLACEMENT;
    if (point < 0x80) {
      bytes.push(point);
      continue;
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes.push(((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more)));
    for (let k = more - 1; k >= 0; k--) bytes.push(0x80 | ((point >> (6 * k)) & 0x3f));
  }
  return Uint8Array.from(bytes);
}
