import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { runProgram, type Program } from "./child-process.ts";

/** A C library of another build than the machine's own dynamic loader would not start. */
const partsOfTheSystem = new Set(["libc6", "libc6-udeb", "libgcc-s1", "libstdc++6"]);
/** How deep libraries of libraries are followed: skopeo needs three steps. */
const maxDepth = 8;
const aptOptions = { timeoutMs: 180_000, env: { LC_ALL: "C" } };

const systemProgram = (name: string): Program => ({ path: name, env: {} });

/** The names of the first choice of each dependency that looks like a shared library. */
export function parseLibraryDependencies(depends: string): string[] {
  return depends
    .split(",")
    .map(
      (entry) =>
        entry
          .split("|")[0]
          ?.trim()
          .split(/[\s(:]/)[0] ?? "",
    )
    .filter((name) => name.startsWith("lib") && !partsOfTheSystem.has(name));
}

/** The sonames that `ldd` could not resolve. */
export function parseMissingLibraries(lddOutput: string): string[] {
  return [...lddOutput.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? "");
}

/** The folders of shared libraries in an unpacked package tree, which hold triplets such as `x86_64-linux-gnu`. */
export async function listLibraryDirs(root: string): Promise<string[]> {
  const dirs: string[] = [];
  for (const parent of [join(root, "usr/lib"), join(root, "lib")]) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() && entry.name.includes("-linux-")) dirs.push(join(parent, entry.name));
    }
  }
  return dirs;
}

/** `debian-bookworm-x64`: packages unpacked on one system do not fit another that shares the folder. */
export async function describeSystem(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (name: string) => new RegExp(`^${name}="?([\\w.-]+)"?$`, "m").exec(text)?.[1] ?? "unknown";
  return `${field("ID")}-${field("VERSION_ID")}-${process.arch}`;
}

/**
 * Downloads a Debian package, and those of the libraries that the machine lacks for `programPath` in it, and unpacks
 * them into `root`. Needs no root and changes nothing outside `root` and `aptDir`. `root` appears only once whole, so
 * processes that do the same at once do not disturb each other.
 */
export async function unpackPackage(
  packageName: string,
  programPath: string,
  root: string,
  aptDir: string,
): Promise<void> {
  await mkdir(join(root, ".."), { recursive: true });
  const work = await mkdtemp(`${root}.`);
  try {
    const tree = join(work, "tree");
    let wanted = [packageName];
    const seen = new Set(wanted);
    for (let depth = 0; wanted.length > 0 && depth < maxDepth; depth++) {
      const files = await downloadPackages(wanted, join(work, `${depth}`), aptDir);
      const dependencies: string[] = [];
      for (const file of files) {
        await runProgram(systemProgram("dpkg-deb"), ["-x", file, tree]);
        const { stdout } = await runProgram(systemProgram("dpkg-deb"), ["-f", file, "Depends"]);
        dependencies.push(...parseLibraryDependencies(stdout));
      }
      const missing = await findMissingLibraries(join(tree, programPath), await listLibraryDirs(tree));
      wanted = missing.length === 0 ? [] : dependencies.filter((name) => !seen.has(name));
      for (const name of wanted) seen.add(name);
      if (missing.length > 0 && wanted.length === 0) {
        throw new Error(`no package of ${packageName} brings ${missing.join(", ")}`);
      }
    }
    await rename(tree, root).catch(async (error: unknown) => {
      // Another process was first.
      if ((await readdir(root).catch(() => [])).length === 0) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findMissingLibraries(program: string, libraryDirs: string[]): Promise<string[]> {
  const env = { LD_LIBRARY_PATH: libraryDirs.join(":"), LC_ALL: "C" };
  try {
    const { stdout } = await runProgram({ path: "ldd", env }, [program]);
    return parseMissingLibraries(stdout);
  } catch (error) {
    // ldd fails on a static program, which lacks nothing.
    if (/not a dynamic executable|statically linked/.test(String(error))) return [];
    throw error;
  }
}

const updates = new Map<string, Promise<void>>();

/** Once for all packages that this process fetches. */
function updateLists(aptDir: string): Promise<void> {
  const update = async () => {
    for (const each of ["lists/partial", "archives/partial"]) {
      await mkdir(join(aptDir, each), { recursive: true });
    }
    await runApt(aptDir, ["update"], aptDir);
  };
  const running = updates.get(aptDir) ?? update();
  updates.set(aptDir, running);
  running.catch(() => updates.delete(aptDir));
  return running;
}

/** With lists of our own, one process at a time: apt-get fails where another is at the same lists. */
async function runApt(aptDir: string, args: readonly string[], cwd: string): Promise<void> {
  const dirs = [`Dir::State=${aptDir}`, `Dir::Cache=${aptDir}`].flatMap((option) => ["-o", option]);
  const turn = ["--no-fork", join(aptDir, "turn"), "apt-get", ...dirs, ...args];
  await runProgram(systemProgram("flock"), turn, { cwd, ...aptOptions });
}

async function downloadPackages(names: string[], dir: string, aptDir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  try {
    await runProgram(systemProgram("apt-get"), ["download", ...names], { cwd: dir, ...aptOptions });
  } catch {
    // The machine's package lists may be empty or old: lists of our own need no root.
    await updateLists(aptDir);
    await runApt(aptDir, ["download", ...names], dir);
  }
  const files = (await readdir(dir)).filter((name) => name.endsWith(".deb"));
  return files.map((name) => join(dir, basename(name)));
}
