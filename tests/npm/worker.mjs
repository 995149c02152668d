// A Worker in workerd, by wrangler, until the test is over.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "./packed.mjs";

const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");

/** Starts the Worker of a project that has a wrangler.json; gives its address. */
export async function worker(t, root) {
  const dev = spawn(process.execPath, [WRANGLER, "dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false"], {
    cwd: root,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, CI: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(async () => {
    dev.kill("SIGTERM");
    await once(dev, "exit");
  });
  let said = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`wrangler was not ready after 60 s\n${said}`)), 60_000);
    for (const stream of [dev.stdout, dev.stderr]) {
      stream.on("data", (text) => {
        said += text;
        const ready = said.match(/Ready on (http:\/\/\S+)/);
        if (ready) {
          clearTimeout(timer);
          resolve(ready[1]);
        }
      });
    }
    dev.once("exit", (code) => reject(new Error(`wrangler ended with ${code}\n${said}`)));
  });
}
