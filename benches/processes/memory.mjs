// What a process holds, in bytes, once the garbage is collected: before the import, behind the first call, and after
// many calls on different baskets. node --expose-gc memory.mjs <module> <function> <calls> <items>
import { ring } from "../payloads.mjs";

const [path, name, calls, size] = process.argv.slice(2);
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...all) {
    super(...all);
    memory = this.exports.memory;
  }
};

const payloads = ring(Number(size));
function held() {
  gc();
  gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, wasm: memory?.buffer.byteLength ?? 0, resident: rss };
}
const states = [held()];
const call = (await import(path))[name];
call(payloads[0]);
states.push(held());
for (let i = 0; i < Number(calls); i++) call(payloads[i % payloads.length]);
states.push(held());
console.log(JSON.stringify(states));
