import { defineConfig } from "vitest/config";

// "server-only" throws outside React's server condition; tests run in plain Node.
const alias = { "server-only": new URL("node_modules/server-only/empty.js", import.meta.url).pathname };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "components/**/*.test.ts"],
          exclude: ["**/*.integration.test.ts"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["lib/**/*.integration.test.ts"],
          globalSetup: "lib/testing/database-server.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait most of their time; more at once would miss their deadlines on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
