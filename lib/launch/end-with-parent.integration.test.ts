import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isAlive } from "#lib/db/embedded/postmaster.ts";

const child = `["--import", "./lib/launch/end-with-parent.ts", "--eval", "setInterval(() => {}, 1000)"]`;
const parent = `
  const child = require("node:child_process").spawn(process.execPath, ${child}, { stdio: "ignore" });
  console.log(child.pid);
`;

test("a program ends when the process that started it is killed, and not before", async () => {
  const launcher = spawn(process.execPath, ["--eval", parent], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(launcher.stdout, "data")) as [Buffer];
  const pid = Number(printed.toString());
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(isAlive(pid)).toBe(true);
  launcher.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});
