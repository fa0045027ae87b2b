import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";

// `npm run screenshots`: the pictures of README and docs, taken of the product as the journeys leave it.
export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../.cache/e2e/results",
  globalSetup: "./start-stack.ts",
  reporter: [["list"]],
  projects: [
    { name: "first-visit", testMatch: "first-visit.spec.ts" },
    { name: "pictures", testMatch: "pictures.ts", dependencies: ["first-visit"] },
  ],
});
