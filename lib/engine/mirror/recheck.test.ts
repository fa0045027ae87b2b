import { expect, test, type TestContext } from "vitest";
import { putSampleIndex, startCopyBench } from "#lib/testing/contract/copy-bench.ts";
import { parseImagePath, parseRegistryHost } from "../oci/reference.ts";

/** A sample that has arrived at the target, and a session that has not seen it. */
async function startMirrored({ onTestFinished }: TestContext) {
  const bench = await startCopyBench();
  onTestFinished(() => bench.stop());
  const parts = await putSampleIndex(bench.source, "team/app");
  const item = bench.itemOf("team/app:v1");
  await bench.session.copy(item);
  bench.source.clearRequests();
  bench.target.clearRequests();
  return { ...bench, parts, item };
}

test("an image that stands whole is asked for part by part, and nothing is written", async (context) => {
  const { session, item, target, source } = await startMirrored(context);
  expect((await session.copy(item)).outcome).toBe("skipped");
  expect([...source.requests(), ...target.requests()]).toHaveLength(2);
  const result = await session.copy(item, { recheck: "parts" });
  expect(result).toMatchObject({ outcome: "skipped", blobsPresent: 5, bytesTransferred: 0 });
  expect(target.requests({ kind: "head-blob" })).toHaveLength(5);
  expect(target.requests({ kind: "get-blob" })).toEqual([]);
  expect(target.requests().filter(({ method }) => !["HEAD", "GET"].includes(method))).toEqual([]);
});

test("a blob and a manifest that have gone are brought back, and nothing else", async (context) => {
  const { session, item, target, source, parts } = await startMirrored(context);
  await target.removeBlob(parts.repository, parts.layer);
  await target.removeManifest(parts.repository, parts.child);
  expect((await session.copy(item)).outcome).toBe("skipped");
  const result = await session.copy(item, { recheck: "parts" });
  expect(result).toMatchObject({ outcome: "copied", blobsPresent: 4, blobsTransferred: 1 });
  expect((await target.verifyAll()).problems).toEqual([]);
  expect(source.requests({ kind: "get-blob" }).map(({ digest }) => digest)).toEqual([parts.layer]);
  const pushed = target.requests({ kind: "put-manifest" }).map(({ digest }) => digest);
  expect(pushed).toEqual([parts.child]);
});

test("a probe says what lacks, and does not call the image present", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  await target.removeBlob(parts.repository, parts.layer);
  const plan = await session.plan(item);
  expect(await session.probe(plan)).toMatchObject({ state: "present", lackingBlobs: [] });
  expect(await session.probe(plan, { recheck: "parts" })).toMatchObject({
    state: "unproven",
    lackingBlobs: [{ digest: parts.layer }],
  });
});

test("a blob that is not what its digest says is replaced", async (context) => {
  const { session, item, target, source, parts } = await startMirrored(context);
  // Twice: a line may spoil it once.
  const damage = target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: 2,
  });
  expect((await session.copy(item, { recheck: "parts" })).outcome).toBe("skipped");
  const result = await session.copy(item, { recheck: "content" });
  expect(result).toMatchObject({ outcome: "copied", blobsPresent: 4, blobsTransferred: 1 });
  expect(damage.hits).toBe(2);
  expect(source.requests({ kind: "get-blob" }).map(({ digest }) => digest)).toEqual([parts.layer]);
  // Read once more, to see that it is mended.
  expect(target.requests({ kind: "get-blob", digest: parts.layer })).toHaveLength(3);
  expect((await target.verifyAll()).problems).toEqual([]);
});

test("a line that spoils what is read once does not make the blob damaged", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: 1,
  });
  expect((await session.copy(item, { recheck: "content" })).outcome).toBe("skipped");
});

test("a registry that keeps what is damaged is named, with the digest", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: Infinity,
  });
  await expect(session.copy(item, { recheck: "content" })).rejects.toMatchObject({
    code: "blob-damaged",
    facts: { side: "target", registry: target.host, repository: parts.repository, digest: parts.layer },
  });
});

test("a failure while a damaged blob is replaced is no damage", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: 2,
  });
  // Answered after all has arrived; and what stands there is the damaged one.
  target.faults.add({
    match: { kind: "put-blob", digest: parts.layer },
    action: { kind: "cut-answer" },
    times: 1,
  });
  expect((await session.copy(item, { recheck: "content" })).outcome).toBe("copied");
  expect(target.requests({ kind: "put-blob", digest: parts.layer })).toHaveLength(2);
});

test("a manifest that a registry keeps damaged is named, too", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  target.faults.add({
    match: { kind: "get-manifest", path: new RegExp(`/manifests/${parts.child}$`) },
    action: { kind: "wrong-bytes" },
    times: Infinity,
  });
  await expect(session.copy(item, { recheck: "content" })).rejects.toMatchObject({
    code: "blob-damaged",
    facts: { operation: "put-manifest", side: "target", digest: parts.child },
  });
});

test("what is mounted is read, too, where content is rechecked", async (context) => {
  const { session, target, source, parts } = await startMirrored(context);
  await putSampleIndex(source, "other/app", { seed: parts.repository });
  const other = {
    source: { registry: parseRegistryHost(source.host), ...parseImagePath("other/app:v1") },
    target: parseImagePath("other/app:v1"),
  };
  await session.copy(other);
  await target.removeBlob("other/app", parts.layer);
  target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: Infinity,
  });
  await expect(session.copy(other, { recheck: "content" })).rejects.toMatchObject({ code: "blob-damaged" });
});

test("two rechecks of one blob side by side write it once", async (context) => {
  const { session, item, target, parts } = await startMirrored(context);
  await target.removeBlob(parts.repository, parts.layer);
  const results = await Promise.all([
    session.copy(item, { recheck: "parts" }),
    session.copy(item, { recheck: "content" }),
  ]);
  expect(results.map(({ outcome }) => outcome)).toContain("copied");
  expect(target.requests({ kind: "put-blob", digest: parts.layer })).toHaveLength(1);
});
