import { defineConfig } from "@playwright/test";
import { findChromium } from "./lib/testing/chromium.ts";

const asRoot = process.getuid?.() === 0;

/** There is one configuration of Container Service Extension in a panel, and these journeys change it. */
const ofOneConfiguration = [
  "container-registry.spec.ts",
  "certificates.spec.ts",
  "rotation.spec.ts",
  "server-config.spec.ts",
];

export default defineConfig({
  testDir: "e2e",
  outputDir: ".cache/e2e/results",
  globalSetup: "./e2e/start-stack.ts",
  reporter: [["list"], ["json", { outputFile: ".cache/e2e/report.json" }]],
  // Two at a time, as there are people who work at one panel side by side: each names its own things, and looks for those.
  // The steps of one follow each other.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    locale: "en-US",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 900 },
    // Without pictures, which are taken all the time and take half of it; each step has its page as it was.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: await findChromium(),
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        ...(asRoot ? ["--no-sandbox"] : []),
      ],
    },
  },
  projects: [
    { name: "first-visit", testMatch: "first-visit.spec.ts" },
    // The longest comes first, so that the others are made beside it.
    { name: "look", testMatch: "look.spec.ts", dependencies: ["first-visit"] },
    {
      name: "journeys",
      testMatch: "*.spec.ts",
      testIgnore: ["first-visit.spec.ts", "look.spec.ts", ...ofOneConfiguration],
      dependencies: ["first-visit"],
    },
    // One after the other, and when nobody offers anything: the shared destination is part of the configuration.
    { name: "settings", testMatch: ofOneConfiguration, workers: 1, dependencies: ["journeys"] },
  ],
});
