import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** A launcher whose closer takes two seconds, as ending a busy worker may. */
async function stopLauncher(start: string, interrupts: readonly number[]) {
  const program = `
    const { runUntilStopped } = await import("./lib/launch/terminal.ts");
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    setInterval(() => {}, 1000);
    await runUntilStopped(async ({ closers, signal }) => {
      closers.push(async () => { await sleep(2000); console.log("closed"); });
      console.log("started");
      ${start}
    });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  await expect.poll(() => printed, { timeout: 10_000 }).toContain("started");
  for (const afterMs of interrupts) setTimeout(() => child.kill("SIGINT"), afterMs);
  const [code] = (await once(child, "exit")) as [number];
  return { code, printed: printed.trim().split("\n") };
}

test("a start that fails because it is stopped does not cut the closing short", async () => {
  const failing = "await sleep(1800); throw new Error('the database is gone');";
  expect(await stopLauncher(failing, [200])).toEqual({ code: 0, printed: ["started", "closed"] });
});

test("the Ctrl-C that npm passes on counts once, a second one later ends at once", async () => {
  expect(await stopLauncher("", [0, 300])).toEqual({ code: 0, printed: ["started", "closed"] });
  expect(await stopLauncher("", [0, 1_500])).toEqual({ code: 130, printed: ["started"] });
});

test("a start that fails by itself says why, closes and fails", async () => {
  expect(await stopLauncher("throw new Error('no port');", [])).toEqual({
    code: 1,
    printed: ["started", "no port", "closed"],
  });
});
