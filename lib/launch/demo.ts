import { join } from "node:path";

// `npm run demo`. Samples stand in a folder and a database of their own, even where others are named for the real panel,
// so that they never mix with real data; it must be said before the environment is read. An empty variable is one that is
// not set.
const { DATA_DIR = "", LOG_LEVEL = "" } = process.env;
process.env.DATA_DIR = join(DATA_DIR === "" ? "data" : DATA_DIR, "demo");
process.env.DATABASE_URL = "";
// Whoever tries the demo follows its first job, not the log.
if (LOG_LEVEL === "") process.env.LOG_LEVEL = "warn";
await (await import("./run-demo.ts")).runDemo();
