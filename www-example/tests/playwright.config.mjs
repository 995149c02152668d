// The page's tests run in a browser that is there already; none is downloaded.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { defineConfig } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function browser() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const found = [process.env.CHROMIUM, ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))].find(
    isProgram,
  );
  if (!found) throw new Error("no Chromium found: install it, or set CHROMIUM to its path");
  return found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "../test-results",
  reporter: "list",
  // One shop, whose stand-in misbehaves for one test at a time.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  use: {
    locale: "en-IE",
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: browser(),
      args: [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
