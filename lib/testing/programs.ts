import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "./child-process.ts";
import { describeSystem, listLibraryDirs, unpackPackage } from "./debian-packages.ts";

interface ProgramSource {
  /** Names on PATH, the usual one first. */
  commands: readonly [string, ...string[]];
  debianPackage: string;
  /** Where the package puts it. */
  packagedPath: string;
  macosInstall: string;
  args?: readonly string[];
}

const sources = {
  "docker-registry": {
    commands: ["docker-registry", "registry"],
    debianPackage: "docker-registry",
    packagedPath: "usr/bin/docker-registry",
    macosInstall: "go install github.com/distribution/distribution/v3/cmd/registry@latest",
  },
  skopeo: {
    commands: ["skopeo"],
    debianPackage: "skopeo",
    packagedPath: "usr/bin/skopeo",
    macosInstall: "brew install skopeo",
    // The policy of whom to believe is a file of another package, which need not be installed.
    args: ["--insecure-policy"],
  },
  containerd: {
    commands: ["containerd"],
    debianPackage: "containerd",
    packagedPath: "usr/bin/containerd",
    macosInstall: "containerd does not run on macOS: use Linux for this part",
  },
  ctr: {
    commands: ["ctr"],
    debianPackage: "containerd",
    packagedPath: "usr/bin/ctr",
    macosInstall: "containerd does not run on macOS: use Linux for this part",
  },
  openssl: {
    commands: ["openssl"],
    debianPackage: "openssl",
    packagedPath: "usr/bin/openssl",
    macosInstall: "brew install openssl@3",
  },
  unshare: {
    commands: ["unshare"],
    debianPackage: "util-linux",
    packagedPath: "usr/bin/unshare",
    macosInstall: "unshare does not run on macOS: use Linux for this part",
  },
  ip: {
    commands: ["ip"],
    debianPackage: "iproute2",
    packagedPath: "bin/ip",
    macosInstall: "ip does not run on macOS: use Linux for this part",
  },
} as const satisfies Record<string, ProgramSource>;

export type ProgramName = keyof typeof sources;

/** A program that is neither installed nor could be fetched; the message names the command that installs it. */
export class MissingProgramError extends Error {
  readonly program: string;
  readonly installLine: string;

  constructor(program: string, installLine: string, cause?: unknown) {
    super(`${program} was not found and could not be fetched. Install it with: ${installLine}`, { cause });
    this.name = "MissingProgramError";
    this.program = program;
    this.installLine = installLine;
  }
}

export interface FindProgramOptions {
  /** Where unpacked packages are kept; `.cache/programs` of the project unless told otherwise. */
  cacheDir?: string;
  /** Instead of PATH; "" makes it fetch what is installed, too. */
  searchPath?: string;
}

const projectCacheDir = fileURLToPath(new URL("../../.cache/programs", import.meta.url));

/** What is on its way to the cache, by its folder there. */
const unpacking = new Map<string, Promise<void>>();

/**
 * Finds a program on PATH or in the cache, or fetches its Debian package into the cache, without root.
 * @throws MissingProgramError
 */
export async function findProgram(
  name: ProgramName,
  { cacheDir = projectCacheDir, searchPath = process.env.PATH ?? "" }: FindProgramOptions = {},
): Promise<Program> {
  const source: ProgramSource = sources[name];
  const { args = [] } = source;
  const installed = await findOnPath(source.commands, searchPath);
  if (installed !== null) return { path: installed, env: {}, args };
  if (process.platform !== "linux") throw new MissingProgramError(name, source.macosInstall);

  const root = join(cacheDir, await describeSystem(), source.debianPackage);
  const path = join(root, source.packagedPath);
  if (!(await isExecutable(path))) {
    try {
      const unpacked =
        unpacking.get(root) ??
        unpackPackage(source.debianPackage, source.packagedPath, root, join(cacheDir, "apt"));
      unpacking.set(root, unpacked);
      await unpacked.finally(() => unpacking.delete(root));
    } catch (cause) {
      throw new MissingProgramError(name, `sudo apt-get install ${source.debianPackage}`, cause);
    }
  }
  const libraryDirs = await listLibraryDirs(root);
  return { path, env: libraryDirs.length === 0 ? {} : { LD_LIBRARY_PATH: libraryDirs.join(":") }, args };
}

/**
 * Has all of them at hand before tests need them: a download takes longer than they wait. One that cannot be had fails
 * those tests that need it, and says so there.
 */
export async function fetchPrograms(): Promise<void> {
  const names = Object.keys(sources) as ProgramName[];
  await Promise.allSettled(names.map((name) => findProgram(name)));
}

async function findOnPath(commands: readonly string[], searchPath: string): Promise<string | null> {
  for (const command of commands) {
    for (const dir of searchPath.split(delimiter)) {
      const path = join(dir, command);
      if (dir !== "" && (await isExecutable(path))) return path;
    }
  }
  return null;
}

export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
