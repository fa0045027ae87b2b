// `npm run demo`. Samples stand in a folder of their own, so that they never mix with real data; it must be said before
// the environment is read.
process.env.DATA_DIR ??= "data/demo";
await (await import("./run-demo.ts")).runDemo();

export {};
