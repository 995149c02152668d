// The module for who hosts its bytes: `init` is given them, or what they come in.
import { EXPORTED, imports } from "#imports";

const NEEDED = "`await init(source)`, with the bytes of `qonto-payment-links/qonto_payment_links_bg.wasm`";

export function compile(): WebAssembly.Module {
  throw new Error(`expected ${NEEDED}, before the first call: \`qonto-payment-links/slim\` carries no module`);
}

export async function compileAsync(source: unknown): Promise<WebAssembly.Module> {
  const module = await compiled(await source);
  const has = (names: { name: string }[], name: string) => names.some((each) => each.name === name);
  const given = Object.values(imports()).flatMap(Object.keys);
  const exported = WebAssembly.Module.exports(module);
  if (EXPORTED.every((name) => has(exported, name)) && WebAssembly.Module.imports(module).every(({ name }) => given.includes(name))) {
    return module;
  }
  throw new Error("expected the module of this version of `qonto-payment-links`, received another module");
}

async function compiled(source: unknown): Promise<WebAssembly.Module> {
  // By its tag: it may be of another realm.
  const kind = Object.prototype.toString.call(source).slice(8, -1);
  if (kind === "WebAssembly.Module") return source as WebAssembly.Module;
  if (kind === "Response") return WebAssembly.compile(await body(source as Response));
  if (kind === "ArrayBuffer") return WebAssembly.compile(source as ArrayBuffer);
  // Not every engine takes every kind of view.
  if (ArrayBuffer.isView(source)) return WebAssembly.compile(new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength));
  const received = source === undefined || source === null ? String(source) : `a value of type \`${kind}\``;
  throw new TypeError(`expected ${NEEDED}, a \`WebAssembly.Module\`, a \`Response\` or a promise of one, received ${received}`);
}

/** The bytes of an answer; what a server says instead of them is named, for no compiler would. */
async function body(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`expected the module's bytes, received an answer with status ${response.status}`);
  const bytes = await response.arrayBuffer();
  const [nul, a, s, m] = new Uint8Array(bytes);
  if (nul === 0 && a === 97 && s === 115 && m === 109) return bytes;
  throw new Error(`expected the module's bytes, received another document (${response.headers.get("content-type") ?? "of no type"})`);
}
