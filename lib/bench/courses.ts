import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import type { Course } from "./contestants.ts";
import type { Workload } from "./workload.ts";

export interface CourseOptions {
  readonly tls?: boolean;
  /** Added each way in front of both registries. */
  readonly oneWayDelayMs?: number;
}

/** Two registries, a source that is filled and a target that is empty, for one run of one contestant. */
export async function withCourse<Result>(
  workload: Workload,
  { tls = false, oneWayDelayMs = 0 }: CourseOptions,
  scratch: string,
  run: (course: Course) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(scratch, "drayage-course-"));
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const [listPath, lockPath] = [join(folder, "list.txt"), join(folder, "images.yml")];
    const [bundleFolder, tempFolder] = [join(folder, "bundle"), join(folder, "temp")];
    await Promise.all([mkdir(bundleFolder), mkdir(tempFolder)]);
    await writeFile(listPath, `${workload.lines.join("\n")}\n`);
    const ca = tls ? await createAuthorityOnce() : null;
    if (ca) await writeFile(join(folder, "ca.crt"), ca.cert);
    const source = await startRegistry({ rootDir: workload.rootDir });
    ends.push(() => source.stop());
    const target = await startRegistry({
      rootDir: join(folder, "target"),
      ...(ca ? { tls: await ca.issueServer(["127.0.0.1"]) } : {}),
    });
    ends.push(() => target.stop());
    const behindDelay = async (host: string) => {
      if (oneWayDelayMs === 0) return host;
      const line = await startDelayLine(host, oneWayDelayMs);
      ends.push(() => line.stop());
      return line.host;
    };
    const from = await behindDelay(source.host);
    await writeFile(lockPath, formatImagesLock(workload.pinned.map((image) => `${from}/${image}`)));
    return await run({
      sourceRoot: workload.rootDir,
      from,
      to: await behindDelay(target.host),
      listPath,
      lockPath,
      bundleFolder,
      tempFolder,
      ...(ca ? { targetCaFolder: folder } : {}),
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** As `imgpkg copy --lock` reads it. */
function formatImagesLock(images: readonly string[]): string {
  const lines = images.map((image) => `- image: ${image}\n`).join("");
  return `apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\nimages:\n${lines}`;
}

let authority: Promise<CertificateAuthority> | undefined;
const createAuthorityOnce = () => (authority ??= createCertificateAuthority("Benchmark CA"));

async function startDelayLine(host: string, oneWayDelayMs: number) {
  const script = new URL("delay-line.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, host, String(oneWayDelayMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    host: line.toString().trim(),
    async stop() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
