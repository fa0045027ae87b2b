import { chromium } from "@playwright/test";
import { runProgram } from "./child-process.ts";
import { isExecutable, MissingProgramError } from "./programs.ts";

const debianPath = "/usr/bin/chromium";

/**
 * The path of a Chromium for Playwright: Debian's, else the one Playwright downloads, else, as root, installs Debian's.
 * @throws MissingProgramError
 */
export async function findChromium(): Promise<string> {
  for (const path of [debianPath, chromium.executablePath()]) {
    if (await isExecutable(path)) return path;
  }
  if (process.platform === "linux" && process.getuid?.() === 0) {
    try {
      const apt = { path: "apt-get", env: { DEBIAN_FRONTEND: "noninteractive" } };
      await runProgram(apt, ["update"], { timeoutMs: 300_000 });
      // The fonts: without them Korean and Japanese pages show boxes.
      await runProgram(apt, ["install", "-y", "chromium", "fonts-noto-cjk"], { timeoutMs: 900_000 });
      if (await isExecutable(debianPath)) return debianPath;
    } catch (cause) {
      throw new MissingProgramError("chromium", "sudo apt-get install chromium fonts-noto-cjk", cause);
    }
  }
  throw new MissingProgramError("chromium", "npx playwright install chromium");
}
