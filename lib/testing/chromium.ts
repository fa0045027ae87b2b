import { chromium } from "@playwright/test";
import { runProgram } from "./child-process.ts";
import { isExecutable, MissingProgramError } from "./programs.ts";

/** The one without windows first, which Playwright takes for tests as well: pages take a quarter less time in it. */
const debianPaths = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"] as const;
// The fonts: without them Korean and Japanese pages show boxes.
const debianPackages = ["chromium-headless-shell", "fonts-noto-cjk", "fonts-dejavu-core"] as const;

/**
 * The path of a Chromium for Playwright: Debian's, else the one Playwright downloads, else, as root, installs Debian's.
 * @throws MissingProgramError
 */
export async function findChromium(): Promise<string> {
  for (const path of [...debianPaths, chromium.executablePath()]) {
    if (await isExecutable(path)) return path;
  }
  if (process.platform === "linux" && process.getuid?.() === 0) {
    try {
      const apt = { path: "apt-get", env: { DEBIAN_FRONTEND: "noninteractive" } };
      await runProgram(apt, ["update"], { timeoutMs: 300_000 });
      // What else is recommended is for desktops.
      const options = ["-y", "--no-install-recommends"];
      await runProgram(apt, ["install", ...options, ...debianPackages], { timeoutMs: 900_000 });
      if (await isExecutable(debianPaths[0])) return debianPaths[0];
    } catch (cause) {
      throw new MissingProgramError("chromium", `sudo apt-get install ${debianPackages.join(" ")}`, cause);
    }
  }
  throw new MissingProgramError("chromium", "npx playwright install chromium");
}
