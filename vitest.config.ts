import { tmpdir } from "node:os";
import { join } from "node:path";
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
          isolate: false,
          setupFiles: "lib/testing/fresh-modules.ts",
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["lib/**/*.integration.test.ts"],
          globalSetup: "lib/testing/database-server.ts",
          // Workers of tests leave the developer's own data alone. The run's database removes the folder that this is in.
          env: { DATA_DIR: join(tmpdir(), `drayage-tests-${process.pid}`, "files") },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait most of their time; more at once would miss their deadlines on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
