import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

const sourcePatterns = [
  "app/**/*",
  "components/**/*",
  "lib/**/*",
  "public/**/*",
  "package-lock.json",
  // What is installed, as npm notes it last: it may be older than what is to be.
  "node_modules/.package-lock.json",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];
const notBuilt = /^lib\/(cli|demo|launch|testing|worker)\/|\.test\.tsx?$/;
const stampFile = ".next/drayage-sources";

/** What somebody changes while it is built is built again, so often. */
const maxBuilds = 2;

/** Builds the panel when there is no build of the sources as they are. */
export async function buildPanel(say: (sentence: string) => void, signal: AbortSignal): Promise<void> {
  let sources = readSources();
  if (
    existsSync(".next/BUILD_ID") &&
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === sources.stamp
  )
    return;
  say("Building the panel ...");
  // A build that is cut short must not pass for the one before it.
  rmSync(stampFile, { force: true });
  for (let build = 1; build <= maxBuilds; build++) {
    await runNextBuild(signal);
    const { stamp, state } = readSources();
    if (state === sources.state) {
      writeFileSync(stampFile, stamp);
      return;
    }
    // Nobody knows what of it is from before, or whether packages were missing: only the next start may find it settled.
    say("Sources or packages have changed meanwhile.");
    sources = { stamp, state };
  }
}

/** What the sources are, and what changes whenever one is written, also where it is the same in the end. */
function readSources(): { readonly stamp: string; readonly state: string } {
  const [stamp, state] = [createHash("sha256"), createHash("sha256")];
  const files = globSync(sourcePatterns, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => path.slice(path.startsWith(`${process.cwd()}/`) ? process.cwd().length + 1 : 0))
    .filter((path) => !notBuilt.test(path))
    .toSorted();
  for (const file of files) {
    stamp.update(`${file}\0`).update(readFileSync(file)).update("\0");
    const { ino, mtimeMs, size } = statSync(file);
    state.update(`${file}\0${ino} ${mtimeMs} ${size}\0`);
  }
  return { stamp: stamp.digest("hex"), state: state.digest("hex") };
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
