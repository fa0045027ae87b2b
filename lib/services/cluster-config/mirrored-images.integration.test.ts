import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { pauseImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { configCheckInput } from "#lib/schemas/config-check.ts";
import { configForm, type ConfigTopic } from "#lib/schemas/cluster-config.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { checkConfig, draftConfig, makeConfig } from "./index.ts";
import { readMirroredImages } from "./mirrored-images.ts";

let database: TestDatabase;
let provider: JobOrigin;
let releaseId: string;
const people = createPeople(writeDb);
const host = "harbor.example.com";
/** By the alphabet after all others. */
const last = "zot.example.com/last";

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  releaseId = (await writeDb.release.create({ data: { kind: "list", name: "Many", version: "1" } })).id;
});
afterAll(() => database.drop());

describe("of a destination with more repositories than are read", () => {
  let id: string;
  beforeAll(async () => {
    id = await addDestination("vast");
    await publish(id, "quay.io/vast", 20_001);
    await publish(id, pauseImage.source, 1, pauseImage.tag);
    await publish(id, last, 1);
  });

  test("it is known that there are more, and the pause image is there in any case", async () => {
    const { images, isCut } = await readMirroredImages(access(), { id, host });
    expect([images.length, isCut]).toEqual([20_000, true]);
    expect(images[0]).toMatchObject({ source: pauseImage.source, tags: [pauseImage.tag] });
  });

  test("an image of which some places are not read is not read at all", async () => {
    const several = await addDestination("several");
    await publish(several, "quay.io/several", 19_999);
    await publish(several, last, 1, "v1", ["one", "two"]);
    const { images, isCut } = await readMirroredImages(access(), { id: several, host });
    expect([images.length, isCut]).toEqual([19_999, true]);
    await writeDb.publication.deleteMany({
      where: { destinationId: several, repository: "quay.io/several/1" },
    });
    const then = await readMirroredImages(access(), { id: several, host });
    expect([then.images.length, then.isCut, then.images.at(-1)?.targets]).toEqual([
      19_999,
      false,
      [`${host}/one`, `${host}/two`],
    ]);
  });

  test("the pages are told, and nothing is called not mirrored", async () => {
    expect(await draftConfig(access(), "containerd", id)).toMatchObject({ imageCount: 20_000, isCut: true });
    const text = itms(`${last}/1`);
    const ask = async (destinationId: string) =>
      checkConfig(
        access(),
        configCheckInput.parse({ texts: [{ text }], destinationId, hasWindowsNodes: true }),
      );
    const rules = ({ texts }: Awaited<ReturnType<typeof ask>>) => texts[0]?.findings.map(({ rule }) => rule);
    const checked = await ask(id);
    expect(checked.isCut).toBe(true);
    expect(rules(checked)).not.toContain("entry-without-image");
    const small = await addDestination("small");
    await publish(small, "quay.io/small", 1);
    const whole = await ask(small);
    expect(whole.isCut).toBe(false);
    expect(rules(whole)).toContain("entry-without-image");
  });
});

describe("of an image with more tags and digests than are read", () => {
  test("Windows nodes are said to find pause all the same, and that there are more", async () => {
    const id = await addDestination("often");
    await publish(id, pauseImage.source, 1, "0");
    await writeDb.$executeRaw`
      INSERT INTO "Publication" ("destinationId", "repository", "tag", "digest", "componentId")
      SELECT p."destinationId", p."repository", CASE n WHEN 1 THEN ${pauseImage.tag} ELSE '1.' || n END,
             'sha256:' || lpad(to_hex(n), 64, '0'), p."componentId"
        FROM "Publication" p, generate_series(1, 1500) n WHERE p."destinationId" = ${id}::uuid`;
    const { images, hasMoreReferences } = await readMirroredImages(access(), { id, host });
    expect([images.map(({ digests }) => digests.length), hasMoreReferences]).toEqual([[1000], true]);
    const { windows } = await makeOf("hosts-toml", id);
    expect(windows).toMatchObject({
      isPartial: true,
      pause: { foundAt: `often.example.com/${pauseImage.repository}` },
    });
  });

  test("so it is said where a node's questions are more than are worked out", async () => {
    const id = await addDestination("shares");
    await publish(id, "quay.io/shares", 10_001);
    expect((await readMirroredImages(access(), { id, host })).hasMoreReferences).toBe(false);
    expect((await makeOf("hosts-toml", id)).windows).toMatchObject({ imageCount: 20_002, isPartial: false });
    await writeDb.$executeRaw`
      INSERT INTO "Publication" ("destinationId", "repository", "tag", "digest", "componentId")
      SELECT p."destinationId", p."repository", 'v2', 'sha256:' || repeat('b', 64), p."componentId"
        FROM "Publication" p WHERE p."destinationId" = ${id}::uuid AND p."repository" = 'quay.io/shares/1'`;
    expect((await makeOf("hosts-toml", id)).windows).toMatchObject({ imageCount: 20_002, isPartial: true });
  });
});

const access = () => systemAccess(provider, "cluster-config.read");

const makeOf = (topic: ConfigTopic, destinationId: string) =>
  makeConfig(access(), topic, configForm.parse({ destinationId, system: "windows", includesTags: true }));

const itms = (source: string) =>
  [
    "apiVersion: config.openshift.io/v1",
    "kind: ImageTagMirrorSet",
    "metadata: {name: last}",
    `spec: {imageTagMirrors: [{source: ${source}, mirrors: [${host}/last]}]}`,
  ].join("\n");

async function addDestination(basePath: string): Promise<string> {
  const registry = await writeDb.registry.create({
    data: { name: basePath, host: `${basePath}.example.com` },
  });
  return (await writeDb.destination.create({ data: { registryId: registry.id, basePath: "" } })).id;
}

/** So many images, called `source/1` and so on unless there is only one, at a place of the same name unless others are named. */
async function publish(
  destinationId: string,
  source: string,
  count: number,
  tag = "v1",
  places: readonly string[] = [],
): Promise<void> {
  const first = await writeDb.component.count();
  const slash = source.indexOf("/");
  const [sourceHost, repository] = [source.slice(0, slash), source.slice(slash + 1)];
  const isOne = count === 1;
  await writeDb.$executeRaw`
    WITH added AS (
      INSERT INTO "Component" ("id", "releaseId", "position", "kind", "sourceHost", "sourceRepository", "tag", "targetPath", "platforms")
      SELECT gen_random_uuid(), ${releaseId}::uuid, ${first}::int + n, 'image', ${sourceHost},
             ${repository} || CASE WHEN ${isOne} THEN '' ELSE '/' || n END, ${tag}, '', '{}'
        FROM generate_series(1, ${count}::int) n
      RETURNING "id", "sourceHost", "sourceRepository")
    INSERT INTO "Publication" ("destinationId", "repository", "tag", "digest", "componentId")
    SELECT ${destinationId}::uuid, place, ${tag}, 'sha256:' || repeat('a', 64), added."id"
      FROM added, unnest(CASE WHEN cardinality(${places}::text[]) > 0 THEN ${places}::text[]
        ELSE ARRAY[CASE WHEN ${isOne} THEN "sourceRepository" ELSE "sourceHost" || '/' || "sourceRepository" END] END) place`;
}
