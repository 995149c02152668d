// Chromium for the tests of the package: launched at the first need, closed after the last test.
import { after } from "node:test";
import { chromium } from "playwright-core";

let launching;
export const browser = () => (launching ??= chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
}));
after(async () => (await launching)?.close());
