import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive } from "#lib/db/embedded/postmaster.ts";

let dir: string;

// A project of two files, and a program in Next's place that notes each of its builds and does what a test wants meanwhile.
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-build-"));
  await put("app/page.tsx", "one");
  await put("package-lock.json", "one");
  await put("node_modules/.package-lock.json", "one");
  await mkdir(join(dir, "lib/launch"), { recursive: true });
  await cp("lib/launch/end-with-parent.ts", join(dir, "lib/launch/end-with-parent.ts"));
  await next("");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
}

/** @param meanwhile what happens during a build, told how many there were before */
function next(meanwhile: string): Promise<void> {
  return put(
    "node_modules/next/dist/bin/next",
    `const fs = require("node:fs");
    fs.mkdirSync(".next", { recursive: true });
    fs.writeFileSync(".next/BUILD_ID", "id");
    const before = fs.existsSync("builds") ? fs.readFileSync("builds").length : 0;
    fs.appendFileSync("builds", "#");
    const rewrite = (path) => {
      const text = fs.readFileSync(path);
      fs.rmSync(path);
      fs.writeFileSync(path, text);
    };
    ${meanwhile}`,
  );
}

function start() {
  const module = JSON.stringify(resolve("lib/launch/build.ts"));
  const build = `import { buildPanel } from ${module}; await buildPanel(() => {}, AbortSignal.timeout(60_000));`;
  return spawn(process.execPath, ["--input-type=module", "--eval", build], { cwd: dir, stdio: "ignore" });
}

/** Starts the panel so often. @returns how many builds there are by now */
async function build(times = 1): Promise<number> {
  for (let time = 0; time < times; time++) await once(start(), "exit");
  return (await readFile(join(dir, "builds"), "utf8")).length;
}

test("what is built is not built again until its sources are others", async () => {
  expect(await build(2)).toBe(1);
  await put("app/page.tsx", "two");
  expect(await build(2)).toBe(2);
  await put("lib/worker/main.ts", "two");
  expect(await build()).toBe(2);
});

test("packages that are installed only after a build make it an old one", async () => {
  await put("package-lock.json", "two");
  expect(await build()).toBe(1);
  await put("node_modules/.package-lock.json", "two");
  expect(await build(2)).toBe(2);
});

test.each([
  ["a source", `if (before === 0) fs.writeFileSync("app/page.tsx", "two");`],
  ["a source that is what it was in the end", `if (before === 0) rewrite("app/page.tsx");`],
  ["the same packages", `if (before === 0) rewrite("node_modules/.package-lock.json");`],
])("is built again when %s is written anew meanwhile", async (_what, meanwhile) => {
  await next(meanwhile);
  expect(await build()).toBe(2);
  expect(await build()).toBe(2);
});

test("what changes with every build is not taken for good", async () => {
  await next(`rewrite("app/page.tsx");`);
  expect(await build()).toBe(2);
  expect(await build()).toBe(4);
});

test.each([
  ["fails", "process.exit(1);"],
  ["dies", `process.kill(process.pid, "SIGKILL");`],
])("a build that %s does not pass for the one before", async (_how, meanwhile) => {
  expect(await build()).toBe(1);
  await put("app/page.tsx", "two");
  await next(meanwhile);
  expect(await build()).toBe(2);
  await put("app/page.tsx", "one");
  await next("");
  expect(await build()).toBe(3);
});

test("nor does one whose launcher is killed", async () => {
  await next(`fs.writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000);`);
  const launcher = start();
  await expect.poll(() => existsSync(join(dir, "pid")), { timeout: 10_000 }).toBe(true);
  launcher.kill("SIGKILL");
  const pid = Number(await readFile(join(dir, "pid"), "utf8"));
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  await next("");
  expect(await build(2)).toBe(2);
});
