// Servers for the cells: programs that listen, and folders of static files.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const READY_MS = 90_000;
const STOP_MS = 5_000;
const PAGE_MS = 30_000;
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Asks again until there is an answer that is not empty. */
export async function until(ask, ms = PAGE_MS) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(100)) {
    const answer = await ask();
    if (answer) return answer;
  }
  return undefined;
}

const running = new Set();

/** A signal to a program and all that it started. */
function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // They have ended by themselves.
  }
}

process.on("exit", () => running.forEach((child) => signal(child, "SIGKILL")));

/** Starts a program, in a group of its own, and waits until it answers at a URL. */
export async function start(file, args, { url, cwd, env }) {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  running.add(child);
  const ended = once(child, "exit").finally(() => running.delete(child));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const stop = async () => {
    signal(child, "SIGTERM");
    const late = setTimeout(() => signal(child, "SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(late);
  };
  const answers = () => fetch(url).then((answer) => answer.text()).then(() => true, () => false);
  const ready = await until(async () => child.exitCode !== null ? "ended" : (await answers()) && "ready", READY_MS);
  if (ready === "ready") return { stop, said: () => said };
  await stop();
  throw new Error(`${file} ${args.join(" ")} does not answer at ${url}\n${said}`);
}

/** Serves a folder under a Content Security Policy, with a script that its page runs first. */
export async function serve(folder, { policy = POLICY, first } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      let body = path === "/first.js" ? first : readFileSync(join(folder, path));
      if (first && path.endsWith(".html")) body = String(body).replace("<title>", '<script src="/first.js"></script><title>');
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
