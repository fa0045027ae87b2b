import { expect, test, type TestContext } from "vitest";
import { putSampleIndex, startCopyBench } from "#lib/testing/contract/copy-bench.ts";
import { digestBytes } from "../oci/digest.ts";
import { ociImageConfig, ociImageManifest } from "../oci/media-types.ts";
import { parseRegistryHost } from "../oci/reference.ts";
import { createRegistryClient } from "../oci/registry-client.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type ContentScope,
} from "./index.ts";
import { createVerifySession } from "./verify-session.ts";

async function start({ onTestFinished }: TestContext) {
  const bench = await startCopyBench();
  const open = (host: string) =>
    createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });
  const [from, to] = [open(bench.source.host), open(bench.target.host)];
  onTestFinished(async () => {
    await Promise.all([from.close(), to.close()]);
    await bench.stop();
  });
  const parts = await putSampleIndex(bench.source, "team/app");
  const item = bench.itemOf("team/app:v1");
  await bench.session.copy(item);
  const source = createRegistrySource(from);
  const limits = { backoffMs: 1 };
  return {
    ...bench,
    parts,
    verify: (options: { scope?: ContentScope; blobs?: boolean } = {}) =>
      createVerifySession({ source, target: createRegistrySource(to, "target"), limits, ...options }).verify(
        item,
      ),
    copy: (scope: ContentScope) =>
      createMirrorSession({ source, target: createRegistryTarget(to), scope, limits }).copy(item),
  };
}

test("a signature that the source has and the target has not is missed where signatures are compared", async (context) => {
  const { source, parts, verify, copy } = await start(context);
  const bytes = Buffer.from("{}");
  const config = { mediaType: ociImageConfig, digest: digestBytes(bytes), size: bytes.byteLength };
  await source.putBlob(parts.repository, bytes);
  const subject = { mediaType: "application/vnd.oci.image.index.v1+json", digest: parts.root, size: 1 };
  const raw = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageManifest, config, subject }));
  const signature = await source.putManifest(parts.repository, raw, ociImageManifest);
  const scope = { referrers: true };

  expect(await verify()).toMatchObject({ state: "same" });
  expect(await verify({ scope })).toMatchObject({
    state: "damaged",
    cause: { code: "manifest-not-found", facts: { side: "target", reference: signature } },
  });
  await copy(scope);
  expect(await verify({ scope, blobs: true })).toMatchObject({ state: "same" });
});

test("a damaged layer is read twice, and named", async (context) => {
  const { target, parts, verify } = await start(context);
  target.clearRequests();
  target.faults.add({
    match: { kind: "get-blob", digest: parts.layer },
    action: { kind: "wrong-bytes" },
    times: Infinity,
  });
  expect(await verify({ blobs: true })).toMatchObject({
    state: "damaged",
    cause: { code: "digest-mismatch", facts: { digest: parts.layer } },
  });
  expect(target.requests({ kind: "get-blob", digest: parts.layer })).toHaveLength(2);
});
