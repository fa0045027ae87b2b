// `npm run demo`. Samples stand in a folder and a database of their own, even where others are named for the real panel,
// so that they never mix with real data; it must be said before the environment is read.
process.env.DATA_DIR ??= "data/demo";
process.env.DATABASE_URL = "";
await (await import("./run-demo.ts")).runDemo();

export {};
