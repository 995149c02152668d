// Talks with the module in texts, in a packer's buffer: what it says takes the place of what it was told.
import { type Packet } from "./instance";
import { type Packer, withPacker } from "./pack";
import { TextDecoder } from "./text";

const decoder = /* @__PURE__ */ new TextDecoder();

/** Tells the module a text. `ask` is given its length in bytes and gives that of what the module says. */
export function tell(text: string, ask: (packet: Packet, length: number) => number): string {
  return withPacker((packer) => {
    packer.begin();
    return heard(packer, ask(packer.packet, packer.append(text)));
  });
}

/** The same with a text that stands behind a payload and its options, of which `ask` is given the length first. */
export function tellAbout(
  payload: unknown, options: unknown, text: string, ask: (packet: Packet, packed: number, length: number) => number,
): string {
  return withPacker((packer) => {
    const packed = packer.pack(payload, options);
    return heard(packer, ask(packer.packet, packed, packer.append(text)));
  });
}

/** What the module says. It is wiped, for it may have secrets in it. */
function heard(packer: Packer, length: number): string {
  const bytes = packer.report(length).subarray(0, length);
  const text = decoder.decode(bytes);
  bytes.fill(0);
  return text;
}
