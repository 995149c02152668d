// The module for who hosts its bytes: `init` is given them, or what they come in.
const NEEDED = "`await init(source)`, with the bytes of `qonto-payment-links/qonto_payment_links_bg.wasm`";

export function compile(): WebAssembly.Module {
  throw new Error(`expected ${NEEDED}, before the first call: \`qonto-payment-links/slim\` carries no module`);
}

export async function compileAsync(source: unknown): Promise<WebAssembly.Module> {
  const given = await source;
  // By its tag: it may be of another realm.
  const kind = tag(given);
  if (kind === "WebAssembly.Module") return given as WebAssembly.Module;
  if (kind === "Response") return WebAssembly.compile(await body(given as Response));
  if (kind === "ArrayBuffer" || ArrayBuffer.isView(given)) return WebAssembly.compile(given as BufferSource);
  throw new TypeError(`expected ${NEEDED}, a \`WebAssembly.Module\`, a \`Response\` or a promise of one, received ${described(given, kind)}`);
}

/** The bytes of an answer; what a server says instead of them is named, for no compiler would. */
async function body(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`expected the module's bytes, received an answer with status ${response.status}`);
  const bytes = await response.arrayBuffer();
  const [nul, a, s, m] = new Uint8Array(bytes);
  if (nul === 0 && a === 97 && s === 115 && m === 109) return bytes;
  throw new Error(`expected the module's bytes, received another document (${response.headers.get("content-type") ?? "of no type"})`);
}

function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function described(value: unknown, kind: string): string {
  return value === undefined || value === null ? String(value) : `a value of type \`${kind}\``;
}
