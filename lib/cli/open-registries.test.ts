import { expect, test } from "vitest";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { parseListItems } from "../engine/mirror/index.ts";
import { ociImageManifest } from "../engine/oci/media-types.ts";
import { parseRegistryBase, parseRepository, parseTag } from "../engine/oci/reference.ts";
import { openRegistries } from "./open-registries.ts";

test("a registry that is source and target both is asked no more than the limit in all", async () => {
  const registry = await startMemoryRegistry();
  const [repository, tag] = [parseRepository("app"), parseTag("v1")];
  await registry.putManifest(repository, Buffer.from("{}"), ociImageManifest, { tag });
  const side = { plainHttp: true, insecure: false, anyAddress: false };
  const line = { proxy: "none", requestsPerSecond: 20 };
  const [from, to] = [registry.host, `${registry.host}/base`].map(parseRegistryBase);
  if (!from || !to) throw new Error("two ends");
  const items = parseListItems("app:v1\n", { file: "list", from, to });
  const opened = await openRegistries({ to, sides: { from: side, to: side }, line }, items, "pull,push");
  const source = opened.source(from.registry);
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, () => [source.resolve(repository, tag), opened.target.ping()]).flat(),
  );
  // Five are free; the others take 50 ms each.
  expect(performance.now() - startedAt).toBeGreaterThan(500);
  await opened.close();
  await registry.stop();
});
