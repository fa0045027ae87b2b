import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "#lib/testing/child-process.ts";
import { executeOne, findBroken, findWrong, planOne } from "#lib/testing/contract/prune-bench.ts";
import { fillRepository, pruneScenarios } from "#lib/testing/contract/prune-scenarios.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { parseRegistryHost, parseRepository, type Repository } from "../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../oci/registry-client.ts";

let dir: string;
let serial = 0;
let registry: RegistryServer;
let client: RegistryClient;

const connect = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-prune-test-"));
  registry = await startRegistry();
  client = connect(registry);
});

afterAll(async () => {
  await client.close();
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

/** By a foreign client, everything that is tagged, with all images of an index. */
async function pullAll(repository: Repository): Promise<void> {
  const skopeo = await findProgram("skopeo");
  for (const tag of await client.listTags(repository)) {
    const from = `docker://${registry.host}/${repository}:${tag}`;
    const to = `dir:${join(dir, String(++serial))}`;
    await runProgram(skopeo, ["copy", "--all", "--src-tls-verify=false", from, to]);
  }
}

test.each(pruneScenarios)("a real registry after: $name", async (scenario) => {
  const repository = parseRepository(`prune/part-${++serial}`);
  await fillRepository(client, repository, scenario, { listsReferrers: false });
  const plan = await planOne(client, repository, scenario);
  expect(plan.problem).toBeNull();
  const outcomes = await executeOne(client, plan, scenario);
  for (const { deletion, outcome } of outcomes) {
    expect(outcome).toBe(deletion.removes === "manifest" ? "deleted" : "cannot-delete-tag");
  }
  expect(await findWrong(client, repository, scenario, { deletesTags: false })).toEqual([]);
  expect(await findBroken(client, repository)).toEqual([]);
  await pullAll(repository);

  const again = await executeOne(client, plan, scenario);
  for (const { deletion, outcome } of again) {
    expect(outcome).toBe(deletion.removes === "manifest" ? "absent" : "cannot-delete-tag");
  }
});

describe("a real registry with deletion off", () => {
  test("names what it does not delete, and all stays", async () => {
    const some = pruneScenarios.filter(({ name }) => /two tags|shares|same list/.test(name));
    const off = await startRegistry({ deleteEnabled: false, logPath: join(dir, "off.log") });
    const reader = connect(off);
    try {
      for (const scenario of some) {
        const repository = parseRepository(`prune/off-${++serial}`);
        await fillRepository(reader, repository, scenario, { listsReferrers: false });
        const plan = await planOne(reader, repository, scenario);
        const outcomes = await executeOne(reader, plan, scenario);
        expect(outcomes.map(({ deletion }) => deletion)).toEqual(plan.deletions);
        const error = { code: "deletion-unsupported", facts: { status: 405, side: "target" } };
        for (const each of outcomes) {
          const { removes, belongsTo } = each.deletion;
          if (removes === "manifest") expect(each).toMatchObject({ outcome: "refused", error });
          else if (belongsTo === null) expect(each).toMatchObject({ outcome: "cannot-delete-tag", error });
          // Named after what is still there.
          else expect(each).toMatchObject({ outcome: "kept", because: { by: "not-deleted" } });
        }
        const nothing = { ...scenario, gone: [] };
        expect(await findWrong(reader, repository, nothing, { deletesTags: false })).toEqual([]);
        expect(await findBroken(reader, repository)).toEqual([]);
      }
      // Refused once, it is not asked the same again.
      const asked = (await off.accessLog()).filter((line) => line.includes('"DELETE '));
      expect(asked.length).toBeLessThanOrEqual(2 * some.length);
    } finally {
      await reader.close();
      await off.stop();
    }
  });
});
