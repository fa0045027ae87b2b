import { afterAll, beforeAll, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { buildReferrer } from "#lib/testing/sample-referrer.ts";
import { startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { createPlanSession } from "../mirror/plan-session.ts";
import { groupPins, pinImages, pinKey } from "./export-layout.ts";

const image = (seed: string) =>
  buildImage({
    format: "oci",
    platform: { os: "linux", architecture: "amd64" },
    layers: [buildLayer([{ path: "content", content: { seed, sizeBytes: 1000 } }])],
  });
const scope = { referrers: true };
const signed = image("app");
const cosignTag = `${signed.descriptor.digest.replace(":", "-")}.sig`;

let samples: SampleSource;
beforeAll(async () => {
  samples = await startSampleSource({ "tkg/app:v1": signed });
  const first = buildReferrer(signed.descriptor, "first");
  await putSample(samples.registry, "tkg/app", first, first.descriptor.digest);
  await putSample(samples.registry, "tkg/app", image("signature"), cosignTag);
});
afterAll(() => samples.stop());

test("an export that was begun is planned as it was, although its image has been signed anew since", async () => {
  const [before] = await samples.plan(undefined, scope);
  if (!before) throw new Error("there is an image");
  expect(before.plan.manifests).toHaveLength(3);
  const second = buildReferrer(signed.descriptor, "second");
  await putSample(samples.registry, "tkg/app", second, second.descriptor.digest);
  await putSample(samples.registry, "tkg/app", image("another signature"), cosignTag);
  await putSample(samples.registry, "tkg/app", image("attestation"), cosignTag.replace(".sig", ".att"));
  await putSample(samples.registry, "tkg/app", image("another app"), "v1");
  const { item } = before.plan;
  const session = createPlanSession({ source: samples.source, scope });
  expect((await session.plan(item)).root.digest).not.toBe(signed.descriptor.digest);
  const pinned = groupPins(pinImages([before])).get(pinKey(item));
  expect(await session.plan(item, pinned)).toEqual(before.plan);
});
