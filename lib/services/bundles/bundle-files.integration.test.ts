import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { fileLengthHeader } from "#lib/file-length.ts";
import { fileResponse } from "#lib/routes/file-response.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type SampleSource, startSampleSource } from "#lib/testing/sample-source.ts";
import {
  beginUpload,
  checkBundle,
  deleteBundle,
  finishUpload,
  getBundle,
  getUpload,
  listBundles,
  openExtra,
  openFile,
  receiveUpload,
} from "./index.ts";

const dataDir = vi.hoisted(() => {
  const path = `${process.env.TMPDIR ?? "/tmp"}/drayage-bundle-files-${process.pid}`;
  process.env.DATA_DIR = path;
  return path;
});

const mebibyte = 1024 * 1024;

let database: TestDatabase;
let samples: SampleSource;
let sampleDir: string;
let storeId: string;
let storePath: string;
let userId: string;
let accessOf: <P extends "bundle.read" | "bundle.write">(permission: P) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  database = await createTestDatabase();
  const user = await createPeople(writeDb).user();
  userId = user.id;
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  const [store] = await listHeldStores();
  if (!store) throw new Error("no store");
  [storeId, storePath] = [store.id, store.path];
  await writeDb.bundleStore.create({ data: { id: storeId, name: store.name } });
  const layer = buildLayer([{ path: "etc/motd", content: Buffer.from("hello\n") }]);
  const platform = { os: "linux", architecture: "amd64" };
  samples = await startSampleSource({ "app:v1": buildImage({ format: "oci", platform, layers: [layer] }) });
  sampleDir = await mkdtemp(join(tmpdir(), "drayage-sample-"));
});
beforeEach(async () => {
  await writeDb.bundle.deleteMany();
});
afterAll(async () => {
  await samples.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
  await rm(sampleDir, { recursive: true, force: true });
});

function begin(name: string, files: Record<string, number>) {
  const list = Object.entries(files).map(([file, sizeBytes]) => ({ name: file, sizeBytes }));
  return beginUpload(accessOf("bundle.write"), { storeId, name, loose: false, files: list });
}

function send(bundle: string, file: string, offset: number, body: ReadableStream<Uint8Array> | Buffer) {
  const stream = body instanceof ReadableStream ? body : new Response(Uint8Array.from(body)).body;
  return receiveUpload(accessOf("bundle.write"), { bundle, file, offset }, stream);
}

/** A body whose line is cut after its bytes. */
function cutAfter(bytes: Buffer): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error("the line was cut"));
      else controller.enqueue(Uint8Array.from(bytes));
      sent = true;
    },
  });
}

const checksum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("an upload", () => {
  test("goes on after its line was cut, and is not a bundle before all of it is there", async () => {
    const content = randomBytes(3 * mebibyte);
    const { bundleId, files } = await begin("carried", { "a.tar": content.length, "bundle.json": 5 });
    expect(files.map(({ receivedBytes }) => receivedBytes)).toEqual([0, 0]);
    const cut = await send(bundleId, "a.tar", 0, cutAfter(content.subarray(0, mebibyte)));
    expect(cut).toEqual({ receivedBytes: mebibyte });
    const upload = await getUpload(accessOf("bundle.write"), bundleId);
    expect(upload.files).toEqual([
      { name: "a.tar", sizeBytes: content.length, receivedBytes: mebibyte },
      { name: "bundle.json", sizeBytes: 5, receivedBytes: 0 },
    ]);
    await expect(send(bundleId, "a.tar", 0, content)).rejects.toMatchObject({
      code: "upload-offset",
      facts: { file: "a.tar", offset: mebibyte },
    });
    await expect(finishUpload(accessOf("bundle.write"), bundleId)).rejects.toMatchObject({
      code: "upload-incomplete",
      facts: { file: "a.tar", expectedBytes: content.length, actualBytes: mebibyte },
    });
    expect(await readdir(storePath)).not.toContain("carried");
    await send(bundleId, "a.tar", mebibyte, content.subarray(mebibyte));
    await send(bundleId, "bundle.json", 0, Buffer.from("hello"));
    await finishUpload(accessOf("bundle.write"), bundleId);
    expect(checksum(await readFile(join(storePath, "carried", "a.tar")))).toBe(checksum(content));
    const bundle = await getBundle(accessOf("bundle.read"), bundleId);
    expect(bundle).toMatchObject({ state: "unchecked", origin: "uploaded", check: { doneBytes: 0 } });
    const [message] = await db.$queryRaw<{ data: object }[]>`
      SELECT "data" FROM pgboss.job WHERE "data"->>'bundleId' = ${bundleId}`;
    expect(message?.data).toEqual({ kind: "check", storeId, bundleId });
    await expect(getUpload(accessOf("bundle.write"), bundleId)).rejects.toMatchObject({
      code: "bundle-not-ready",
    });
    const actions = await db.auditEntry.findMany({ where: { objectId: bundleId }, orderBy: { id: "asc" } });
    expect(actions.map(({ action }) => action)).toEqual(["bundle.begin-upload", "bundle.finish-upload"]);
  });

  test("whose files were moved by a try that could not say so is finished by the next", async () => {
    const { bundleId } = await begin("moved", { "a.tar": 4, "b.tar": 4 });
    for (const file of ["a.tar", "b.tar"]) await send(bundleId, file, 0, Buffer.from("data"));
    await finishUpload(accessOf("bundle.write"), bundleId);
    await writeDb.bundle.update({ where: { id: bundleId }, data: { state: "uploading" } });
    const { files } = await getUpload(accessOf("bundle.write"), bundleId);
    expect(files.map(({ receivedBytes }) => receivedBytes)).toEqual([4, 4]);
    await finishUpload(accessOf("bundle.write"), bundleId);
    expect((await getBundle(accessOf("bundle.read"), bundleId)).state).toBe("unchecked");
    expect((await readdir(join(storePath, "moved"))).toSorted()).toEqual(["a.tar", "b.tar"]);
  });

  test("takes no more than was announced, no file that was not, and no path", async () => {
    const { bundleId } = await begin("bounded", { "a.tar": 10, "b.tar": 10 });
    await expect(send(bundleId, "a.tar", 0, randomBytes(11))).rejects.toMatchObject({
      code: "body-too-large",
      facts: { limitBytes: 10 },
    });
    await expect(send(bundleId, "c.tar", 0, randomBytes(1))).rejects.toMatchObject({ code: "not-found" });
    await expect(send(bundleId, "../a.tar", 0, randomBytes(1))).rejects.toMatchObject({ code: "not-found" });
    await deleteBundle(accessOf("bundle.write"), bundleId);
    expect((await readdir(storePath)).filter((name) => name.includes(bundleId))).toEqual([]);
  });

  test("of a single file is that file, or stands in a folder where the file's name is taken", async () => {
    const finish = async (name: string) => {
      const { bundleId } = await begin(name, { "archive.tar.gz": 4 });
      await send(bundleId, "archive.tar.gz", 0, Buffer.from(name.slice(0, 4)));
      await finishUpload(accessOf("bundle.write"), bundleId);
      return bundleId;
    };
    const [first, second] = [await finish("archive"), await finish("other")];
    expect((await stat(join(storePath, "archive.tar.gz"))).isFile()).toBe(true);
    expect(await readdir(join(storePath, "other"))).toEqual(["archive.tar.gz"]);
    const fetched = await openFile(accessOf("bundle.read"), { bundle: second, file: "archive.tar.gz" });
    expect(await fileResponse(new Request("http://panel.example.com/"), fetched).text()).toBe("othe");
    await expect(begin("other", { "archive.tar.gz": 4 })).rejects.toMatchObject({
      code: "name-taken",
      facts: { name: "other" },
    });
    for (const id of [first, second]) await deleteBundle(accessOf("bundle.write"), id);
    const left = await readdir(storePath);
    expect([left.includes("archive.tar.gz"), left.includes("other")]).toEqual([false, false]);
  });

  test("is refused under a name that is taken, whoever has it", async () => {
    const late = await begin("late", { "squatter.tar": 4 });
    await writeFile(join(storePath, "squatter.tar"), "of somebody else");
    await mkdir(join(storePath, "later"));
    await expect(begin("later", { "squatter.tar": 4 })).rejects.toMatchObject({ code: "name-taken" });
    await send(late.bundleId, "squatter.tar", 0, Buffer.from("data"));
    await expect(finishUpload(accessOf("bundle.write"), late.bundleId)).rejects.toMatchObject({
      code: "name-taken",
    });
    expect((await db.bundle.findUniqueOrThrow({ where: { id: late.bundleId } })).state).toBe("uploading");
    expect(await readFile(join(storePath, "squatter.tar"), "utf8")).toBe("of somebody else");
  });

  test("that the disk takes no more of, or not at all, says so", async () => {
    const { bundleId } = await begin("stopped", { "a.tar": 1000, "b.tar": 1000 });
    const folder = join(storePath, `.upload-${bundleId}`);
    // The one has never room, the other leads to itself.
    await symlink("/dev/full", join(folder, "a.tar"));
    await symlink("b.tar", join(folder, "b.tar"));
    await expect(send(bundleId, "a.tar", 0, randomBytes(1000))).rejects.toMatchObject({
      code: "store-full",
      facts: { requiredBytes: 1000, availableBytes: 0 },
    });
    await expect(send(bundleId, "b.tar", 0, randomBytes(1000))).rejects.toMatchObject({
      code: "disk-failed",
      facts: { operation: "write-file", file: "b.tar", platformCode: "ELOOP" },
    });
    await deleteBundle(accessOf("bundle.write"), bundleId);
  });

  test("that no disk has room for is refused with both figures", async () => {
    await expect(begin("huge", { "a.tar": 2 ** 53 - 1 })).rejects.toMatchObject({
      code: "store-full",
      facts: { availableBytes: expect.any(Number) as number },
    });
    expect(await db.bundle.count()).toBe(0);
  });

  test("of a newer request takes the place of one that hangs", async () => {
    const content = randomBytes(1000);
    const { bundleId } = await begin("hanging", { "a.tar": content.length });
    const hanging = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Uint8Array.from(content.subarray(0, 400))),
    });
    const first = send(bundleId, "a.tar", 0, hanging);
    await vi.waitFor(async () => {
      const { files } = await getUpload(accessOf("bundle.write"), bundleId);
      expect(files[0]?.receivedBytes).toBe(400);
    });
    const second = await send(bundleId, "a.tar", 400, content.subarray(400));
    expect(second).toEqual({ receivedBytes: content.length });
    expect(await first).toEqual({ receivedBytes: 400 });
  });

  test("of hundreds of megabytes is not held in memory", async () => {
    const chunk = randomBytes(mebibyte);
    const chunks = 300;
    const { bundleId } = await begin("large", { "a.tar": chunks * mebibyte });
    let sent = 0;
    let peak = 0;
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          peak = Math.max(peak, process.memoryUsage().rss - before);
          if (sent++ === chunks) controller.close();
          else controller.enqueue(Uint8Array.from(chunk));
        },
      },
      { highWaterMark: 1 },
    );
    expect(await send(bundleId, "a.tar", 0, body)).toEqual({ receivedBytes: chunks * mebibyte });
    expect(peak).toBeLessThan(150 * mebibyte);
    await deleteBundle(accessOf("bundle.write"), bundleId);
  });
});

describe("a download", () => {
  const get = (headers: Record<string, string> = {}, method = "GET") =>
    new Request("http://panel.example.com/", { headers, method });

  async function addSample(name: string) {
    const extra = join(sampleDir, `${name}.ova`);
    const content = randomBytes(700_000);
    await writeFile(extra, content);
    await samples.write(join(storePath, name), { name, files: [extra] });
    const sizes = await readdir(join(storePath, name));
    const { id } = await writeDb.bundle.create({
      data: {
        storeId,
        folder: name,
        name,
        origin: "found",
        state: "sound",
        createdById: userId,
        extraFiles: [
          { name: `${name}.ova`, sizeBytes: content.length, sha1: "", sha256: checksum(content), md5: "" },
        ],
        files: {
          create: await Promise.all(
            sizes.map(async (file) => ({
              name: file,
              sizeBytes: (await stat(join(storePath, name, file))).size,
            })),
          ),
        },
      },
    });
    return { id, content };
  }

  test("of a file is whole or a part, and goes on only while the file is the same", async () => {
    const { id } = await addSample("fetched");
    const open = () => openFile(accessOf("bundle.read"), { bundle: id, file: "fetched.tar" });
    const content = await readFile(join(storePath, "fetched", "fetched.tar"));
    const whole = fileResponse(get(), await open());
    expect(whole.status).toBe(200);
    expect(whole.headers.get(fileLengthHeader)).toBe(String(content.length));
    expect(whole.headers.get("content-disposition")).toContain('filename="fetched.tar"');
    expect(checksum(await whole.bytes())).toBe(checksum(content));
    const etag = whole.headers.get("etag") ?? "";

    const part = fileResponse(get({ range: "bytes=1000-1999", "if-range": etag }), await open());
    expect([part.status, part.headers.get("content-range")]).toEqual([
      206,
      `bytes 1000-1999/${content.length}`,
    ]);
    expect(checksum(await part.bytes())).toBe(checksum(content.subarray(1000, 2000)));
    const rest = fileResponse(get({ range: "bytes=600000-" }), await open());
    expect(checksum(await rest.bytes())).toBe(checksum(content.subarray(600_000)));
    const other = fileResponse(get({ range: "bytes=1000-1999", "if-range": '"another"' }), await open());
    expect([other.status, (await other.bytes()).length]).toEqual([200, content.length]);
    const beyond = fileResponse(get({ range: `bytes=${content.length}-` }), await open());
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${content.length}`]);
    const head = fileResponse(get({}, "HEAD"), await open());
    const partOfHead = fileResponse(get({ range: "bytes=0-9" }, "HEAD"), await open());
    for (const { status, body, headers } of [head, partOfHead]) {
      expect([status, body, headers.get(fileLengthHeader)]).toEqual([200, null, String(content.length)]);
    }
    expect(fileResponse(get({ "if-none-match": etag }), await open()).status).toBe(304);

    for (const file of ["../../secret.key", ".drayage-store", "nothing.tar"]) {
      await expect(openFile(accessOf("bundle.read"), { bundle: id, file })).rejects.toMatchObject({
        code: "not-found",
      });
    }
  });

  test("of a file that travels along comes out of the volumes, in parts too, and is proven", async () => {
    const { id, content } = await addSample("extras");
    const open = () => openExtra(accessOf("bundle.read"), { bundle: id, file: "extras.ova" });
    const whole = fileResponse(get(), await open());
    expect(whole.headers.get("etag")).toBe(`"${checksum(content)}"`);
    expect(checksum(await whole.bytes())).toBe(checksum(content));
    for (const [start, end] of [
      [0, 1],
      [699_999, 700_000],
      [500_000, 600_000],
    ] as const) {
      const part = fileResponse(get({ range: `bytes=${start}-${end - 1}` }), await open());
      expect(part.status).toBe(206);
      expect(checksum(await part.bytes())).toBe(checksum(content.subarray(start, end)));
    }
    const path = join(storePath, "extras", "extras.tar");
    const volume = await readFile(path);
    const at = volume.indexOf(content.subarray(1000, 1064));
    volume[at] = (volume[at] ?? 0) ^ 1;
    await writeFile(path, volume);
    await expect(fileResponse(get(), await open()).bytes()).rejects.toThrow();
  });
});

describe("a bundle", () => {
  test("of another organization does not exist for a tenant", async () => {
    const people = createPeople(writeDb);
    const [own, foreign] = [await people.organization(), await people.organization()];
    const make = (name: string, organizationId: string | null) =>
      writeDb.bundle.create({
        data: { storeId, folder: name, name, origin: "found", state: "sound", organizationId },
      });
    const mine = await make("mine", own.id);
    const others = [await make("theirs", foreign.id), await make("the provider's", null)];
    const job = { id: "test", organizationId: own.id, startedBy: null };
    const [read, write] = [systemAccess(job, "bundle.read"), systemAccess(job, "bundle.write")];
    const { rows } = await listBundles(read, bundlesQuery.parse({}));
    expect(rows.map(({ name }) => name)).toEqual(["mine"]);
    expect((await getBundle(read, mine.id)).name).toBe("mine");
    for (const { id } of others) {
      const missing = { code: "not-found", facts: { what: "bundle" } };
      await expect(getBundle(read, id)).rejects.toMatchObject(missing);
      await expect(checkBundle(write, id)).rejects.toMatchObject(missing);
      await expect(deleteBundle(write, id)).rejects.toMatchObject(missing);
      await expect(getUpload(write, id)).rejects.toMatchObject(missing);
      await expect(openFile(read, { bundle: id, file: "bundle.json" })).rejects.toMatchObject(missing);
    }
  });

  test("that a job reads stays; of one in a store that only workers hold, the files go with the next of them", async () => {
    const elsewhere = await writeDb.bundleStore.create({
      data: { id: "019aaaaa-0000-7000-8000-000000000001", name: "elsewhere" },
    });
    const { id } = await writeDb.bundle.create({
      data: { storeId: elsewhere.id, folder: "far", name: "far", origin: "found", state: "sound" },
    });
    const job = await writeDb.mirrorJob.create({
      data: { kind: "import_bundle", state: "planned", bundleId: id },
    });
    const remove = () => deleteBundle(accessOf("bundle.write"), id);
    await expect(remove()).rejects.toMatchObject({ code: "in-use", facts: { by: "job", count: 1 } });
    await writeDb.mirrorJob.delete({ where: { id: job.id } });
    await expect(openFile(accessOf("bundle.read"), { bundle: id, file: "far.tar" })).rejects.toMatchObject({
      code: "store-unreachable",
      facts: { name: "elsewhere" },
    });
    await remove();
    await expect(getBundle(accessOf("bundle.read"), id)).rejects.toMatchObject({ code: "not-found" });
    expect((await db.bundle.findUniqueOrThrow({ where: { id } })).removing).toBe(true);
    const messages = await db.$queryRaw<{ name: string }[]>`
      SELECT "name" FROM pgboss.job WHERE "data"->>'bundleId' = ${id}`;
    expect(messages).toEqual([{ name: `bundle-work.${elsewhere.id}` }]);
  });

  test("is found by name, state and what is in it", async () => {
    const make = (name: string, state: "sound" | "damaged", repository: string) =>
      writeDb.bundle.create({
        data: {
          storeId,
          folder: name,
          name,
          origin: "found",
          state,
          format: "drayage",
          images: {
            create: {
              position: 1,
              repository,
              digest: `sha256:${"a".repeat(64)}`,
              original: `vendor/${repository}`,
            },
          },
        },
      });
    await make("one", "sound", "tkg/kapp");
    await make("two", "damaged", "tkg/contour");
    const find = async (query: object) =>
      (
        await listBundles(
          accessOf("bundle.read"),
          bundlesQuery.parse({ sort: "name", order: "asc", ...query }),
        )
      ).rows.map(({ name }) => name);
    expect(await find({})).toEqual(["one", "two"]);
    expect(await find({ search: "contour" })).toEqual(["two"]);
    expect(await find({ state: "damaged" })).toEqual(["two"]);
    expect(await find({ format: "imgpkg" })).toEqual([]);
  });
});
