import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const sources = [
  "app/**/*",
  "components/**/*",
  "lib/**/*",
  "public/**/*",
  "package-lock.json",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];
const notBuilt = /^lib\/(cli|demo|launch|testing|worker)\/|\.test\.tsx?$/;
const stampFile = ".next/drayage-sources";

/** Builds the panel when there is no build of the sources as they are. */
export async function buildPanel(say: (sentence: string) => void, signal: AbortSignal): Promise<void> {
  const stamp = hashSources();
  if (existsSync(".next/BUILD_ID") && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp)
    return;
  say("Building the panel ...");
  // A build that is cut short must not pass for the one before it.
  rmSync(stampFile, { force: true });
  await runNextBuild(signal);
  writeFileSync(stampFile, stamp);
}

function hashSources(): string {
  const hash = createHash("sha256");
  const files = globSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => path.slice(path.startsWith(`${process.cwd()}/`) ? process.cwd().length + 1 : 0))
    .filter((path) => !notBuilt.test(path))
    .toSorted();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function runNextBuild(signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const args = ["--import", "./lib/launch/end-with-parent.ts", "node_modules/next/dist/bin/next", "build"];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      stdio: ["ignore", "pipe", "inherit"],
      signal,
    });
    // The route table is for developers: shown only when the build fails.
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.once("error", failed);
    child.once("exit", (code) => {
      if (code === 0) done();
      else failed(new Error(`The panel could not be built.\n${printed}`));
    });
  });
}
