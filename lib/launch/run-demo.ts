import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { db } from "#lib/db/client.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { env } from "#lib/env.ts";
import { readOrCreateSecretFile } from "#lib/secret-file.ts";
import { ensureStorageDir, storagePath } from "#lib/storage.ts";
import { demoUsers, seedDemo } from "../../prisma/seed.ts";
import { openDemoRegistry } from "./demo-registry.ts";
import { findListenError } from "./listening.ts";
import { prepareStart, startPanel } from "./panel.ts";
import { checkFreeSpace, PreflightError } from "./preflight.ts";
import { type Launch, runUntilStopped, say } from "./terminal.ts";

const username = z.enum(demoUsers.map((user) => user.username));

/** What a second run needs to go on from the first: the samples name the registries by their ports. */
const notes = z.object({
  passwords: z.record(username, z.string()),
  vendorPort: z.int(),
  localPort: z.int(),
});
type Notes = z.output<typeof notes>;

const notesFile = storagePath("demo.json");
const progressEveryMs = 2_000;
const portPatienceMs = 5_000;
/** Both registries and the database, with room for some more jobs. */
const neededBytes = 1e9;

/** The whole product with samples: two registries, a database, the panel, a worker, and a first mirroring job. */
export async function runDemo(): Promise<void> {
  await runUntilStopped(async (launch) => {
    await prepareStart(launch);
    const known = readNotes();
    if (known === null) await checkFreeSpace(env.DATA_DIR, neededBytes, "The demo");
    else await waitForPorts(known);
    const vendor = await openDemoRegistry("vendor", known?.vendorPort, launch);
    const local = await openDemoRegistry("local", known?.localPort, launch);
    const { passwords } =
      known ?? keepNotes({ passwords: makePasswords(), vendorPort: vendor.port, localPort: local.port });

    say(`Filling ${vendor.host}, which plays the vendor's registry ...`);
    const filled = await fillRegistry(vendor.url);
    say(`${filled.imagesPushed} images pushed, ${filled.imagesPresent} were there.`);
    await startPanel({ dev: false }, launch);
    await seedDemo({ vendor: vendor.host, local: local.host }, passwords);
    await followFirstJob(launch);

    say(`\nDrayage is ready: ${env.PUBLIC_URL}\n`);
    for (const user of demoUsers) {
      say(`  ${user.username.padEnd(10)}${passwords[user.username]}   ${user.displayName}`);
    }
    say(`\nThe local registry is ${local.host}; try:`);
    say(`  skopeo inspect --tls-verify=false docker://${local.host}/tkg/coredns:v1.8.6_vmware.17`);
    say("Ctrl-C stops everything; the next run goes on from here.");
  });
}

function readNotes(): Notes | null {
  try {
    return notes.parse(JSON.parse(readFileSync(notesFile, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function keepNotes(value: Notes): Notes {
  ensureStorageDir();
  return notes.parse(JSON.parse(readOrCreateSecretFile(notesFile, () => JSON.stringify(value))));
}

/** Registries of a demo that was killed need a moment to end. */
async function waitForPorts({ vendorPort, localPort }: Notes): Promise<void> {
  const deadline = Date.now() + portPatienceMs;
  for (const port of [vendorPort, localPort]) {
    for (let cause; (cause = await findListenError("127.0.0.1", port)) !== null; await sleep(100)) {
      if (Date.now() < deadline) continue;
      throw new PreflightError(
        `Another program uses port ${port}, under which the demo's panel knows one of its registries. ` +
          `End that program, or remove ${env.DATA_DIR} to begin anew.`,
        { cause },
      );
    }
  }
}

function makePasswords(): Notes["passwords"] {
  const makePassword = () => randomBytes(12).toString("base64url");
  return { provider: makePassword(), tenant: makePassword(), auditor: makePassword() };
}

/** Tells how the first job goes until it has ended. */
async function followFirstJob({ signal }: Launch): Promise<void> {
  let last = "";
  for (;;) {
    signal.throwIfAborted();
    const job = await db.mirrorJob.findFirstOrThrow({
      orderBy: { number: "asc" },
      select: { id: true, number: true, state: true, planResolved: true, planTotal: true },
    });
    const left = await db.mirrorTask.count({
      where: { jobId: job.id, state: { in: ["queued", "running", "retrying", "waiting"] } },
    });
    const planning = job.state === "queued" || job.state === "planning";
    const line = planning
      ? `Job #${job.number}: planning, ${job.planResolved} of ${job.planTotal} images resolved`
      : `Job #${job.number}: ${job.state}, ${job.planTotal - left} of ${job.planTotal} images done`;
    if (line !== last) say(line);
    last = line;
    if (["succeeded", "failed", "cancelled"].includes(job.state)) return;
    await sleep(progressEveryMs, undefined, { signal });
  }
}
