import { afterAll, beforeAll, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import { pauseImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { id } = await writeDb.release.create({ data: { kind: "list", name: "Large", version: "1" } });
  await writeDb.$executeRaw`
    INSERT INTO "Component" ("id", "releaseId", "position", "kind", "sourceHost", "sourceRepository", "tag", "targetPath", "platforms")
    SELECT gen_random_uuid(), ${id}::uuid, n, 'image', ${pauseImage.host}, 'path/' || n, ${pauseImage.tag}, '', '{}'
      FROM generate_series(1, 100000) n`;
  await writeDb.$executeRaw`ANALYZE "Component"`;
});
afterAll(() => database.drop());

test("the component that brings the pause image is found without reading the whole catalog", async () => {
  const plan = await db.$queryRaw<{ "QUERY PLAN": string }[]>`
    EXPLAIN ANALYZE SELECT "id", "releaseId" FROM "Component"
     WHERE "sourceHost" = ${pauseImage.host} AND "sourceRepository" = ${pauseImage.repository}
       AND "tag" = ${pauseImage.tag} AND "enabled" ORDER BY "id" LIMIT 1`;
  const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
  expect(text).toContain("Index Scan using");
  expect(text).not.toMatch(/Seq Scan|Rows Removed/);
});
