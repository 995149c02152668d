// Opens a page in a browser: gives its title once it has one, and what was said on its console.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { ROOT } from "../npm/consumer.mjs";
import { freePort, start, until } from "./servers.mjs";

const { CHROMIUM, FIREFOX, WEBKITDRIVER } = process.env;
const { args } = JSON.parse(readFileSync(join(ROOT, "webdriver.json"), "utf8"))["goog:chromeOptions"];

/** Chromium and Firefox, by WebDriver BiDi or what Chromium has in its place. */
const puppet = (options) => async () => {
  const browser = await puppeteer.launch(options);
  return {
    version: (await browser.version()).split("/").pop(),
    close: () => browser.close(),
    async open(url) {
      const page = await browser.newPage();
      const said = [];
      page.on("console", (message) => message.type() !== "debug" && said.push(message.text()));
      page.on("pageerror", (error) => said.push(String(error)));
      page.on("requestfailed", (request) => said.push(`${request.url()}: ${request.failure()?.errorText}`));
      try {
        await page.goto(url);
        return { title: await until(() => page.title()), said };
      } finally {
        await page.close();
      }
    },
  };
};

/** WebKit, whose driver does not tell of the console: the page keeps that itself, by `WATCH`. */
async function webkit() {
  const port = await freePort();
  const driver = await start("xvfb-run", ["-a", WEBKITDRIVER, `--port=${port}`], { url: `http://127.0.0.1:${port}/status` });
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebKit: ${value.message}`);
    return value;
  };
  const { sessionId, capabilities } = await ask("POST", "/session", { capabilities: {} });
  const session = `/session/${sessionId}`;
  return {
    version: capabilities.browserVersion,
    async close() {
      await ask("DELETE", session);
      await driver.stop();
    },
    async open(url) {
      await ask("POST", `${session}/url`, { url });
      const said = () => ask("POST", `${session}/execute/sync`, { script: "return window.said;", args: [] });
      const title = await until(() => ask("GET", `${session}/title`));
      return { title, said: await said() };
    },
  };
}

/** What a page for WebKit runs first. */
export const WATCH = `
  window.said = [];
  for (const level of ["log", "info", "warn", "error"]) console[level] = (...words) => said.push(words.join(" "));
  addEventListener("error", ({ message, target }) => said.push(message ?? "not loaded: " + target.outerHTML), true);
  addEventListener("unhandledrejection", ({ reason }) => said.push(String(reason)));`;

const LAUNCH = {
  chromium: puppet({ browser: "chrome", executablePath: CHROMIUM, args }),
  firefox: puppet({ browser: "firefox", executablePath: FIREFOX }),
  webkit,
};

const launched = new Map();

/** A browser, launched at the first need. */
export function browser(name) {
  if (!launched.has(name)) launched.set(name, LAUNCH[name]());
  return launched.get(name);
}

export const closeBrowsers = () => Promise.allSettled([...launched.values()].map(async (browser) => (await browser).close()));
