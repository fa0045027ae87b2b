import { expect, test, type TestContext } from "vitest";
import { putSampleIndex, startCopyBench } from "#lib/testing/contract/copy-bench.ts";

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
