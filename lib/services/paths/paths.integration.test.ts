import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { defaultSourceRewrites } from "#lib/domain/catalog/source-rewrites.ts";
import { defaultMappingRules } from "#lib/domain/catalog/target-mapping-defaults.ts";
import { type TryPathsInput, tryPathsInput } from "#lib/schemas/paths.ts";
import { importReleaseQuery } from "#lib/schemas/releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { importRelease } from "../releases/index.ts";
import {
  listPaths,
  readSourceRewrites,
  readTargetRules,
  saveRewrites,
  saveRules,
  tryPaths,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(() => database.drop());

const withCode = (code: string, facts: object) => expect.objectContaining({ code, facts }) as Error;

test("a new database has the rules that the catalog knows", async () => {
  const withoutId = ({ from, to, enabled }: { from: string; to: string; enabled: boolean }) => ({
    from,
    to,
    enabled,
  });
  expect((await readSourceRewrites()).map(withoutId)).toEqual(defaultSourceRewrites.map(withoutId));
  const byKind = Map.groupBy(await readTargetRules(), ({ releaseKind }) => releaseKind);
  expect(Object.fromEntries(byKind)).toEqual(
    Object.fromEntries(Map.groupBy(defaultMappingRules, ({ releaseKind }) => releaseKind)),
  );
});

test("a table of rewrites takes the place of the one before, and the trail has both", async () => {
  const [moved] = await readSourceRewrites();
  const own = { id: "new", from: "docker.io", to: "mirror.example.com/hub", enabled: true };
  const off = { id: moved?.id ?? "", from: moved?.from ?? "", to: moved?.to ?? "", enabled: false };
  await saveRewrites(as("catalog.write"), { rewrites: [own, off] });
  expect((await listPaths(as("catalog.read"))).rewrites).toMatchObject([
    { from: "docker.io", to: "mirror.example.com/hub", enabled: true },
    { from: "projects.registry.vmware.com", enabled: false },
  ]);
  const entry = await writeDb.auditEntry.findFirstOrThrow({ where: { action: "source-rewrite.save" } });
  expect(entry).toMatchObject({
    before: { rewrites: ["projects.registry.vmware.com -> projects.packages.broadcom.com"] },
    after: {
      rewrites: [
        "docker.io -> mirror.example.com/hub",
        "projects.registry.vmware.com -> projects.packages.broadcom.com (off)",
      ],
    },
  });
  const wrong = [own, { ...own, id: "other", from: "vendor" }];
  await expect(saveRewrites(as("catalog.write"), { rewrites: wrong })).rejects.toEqual(
    withCode("rule-invalid", { line: 2, text: "vendor", problem: "host-missing" }),
  );
  expect(await readSourceRewrites()).toHaveLength(2);
});

test("rules of one kind are changed, decide where a list's images go, and come back", async () => {
  const kind = "getting_started_airgapped";
  const rules = [
    { id: "mine", match: "**/csi-*", targets: ["csi/{name}"] },
    { id: "getting-started-airgapped", match: "**", targets: ["vmware-cloud-director/{path}"] },
  ];
  await saveRules(as("catalog.write"), { kind, rules });
  const saved = await listPaths(as("catalog.read"));
  expect(saved.rules[kind].map(({ match, targets }) => [match, targets])).toEqual([
    ["**/csi-*", [{ template: "csi/{name}", origin: "own" }]],
    ["**", [{ template: "vmware-cloud-director/{path}", origin: "documented" }]],
  ]);
  expect(saved.rules.tkg).toHaveLength(1);
  const text = "registry.k8s.io sig-storage/csi-attacher v3.2.1\nregistry.k8s.io cluster-api/kubeadm v1\n";
  const query = importReleaseQuery.parse({ kind, name: "CSE", version: "1", file: "dependencies.txt" });
  const { id } = await importRelease(as("catalog.write"), { ...query, text });
  const components = await writeDb.component.findMany({
    where: { releaseId: id },
    orderBy: { position: "asc" },
  });
  expect(
    components.map(({ sourcePath, targetPath, moreTargets }) => [sourcePath, targetPath, moreTargets]),
  ).toEqual([
    ["sig-storage/csi-attacher", "csi/csi-attacher", []],
    ["cluster-api/kubeadm", "vmware-cloud-director/cluster-api/kubeadm", []],
  ]);
  const { examples } = await listPaths(as("catalog.read"));
  expect(examples[kind]).toContain("registry.k8s.io sig-storage/csi-attacher v3.2.1");

  await expect(
    saveRules(as("catalog.write"), { kind, rules: [{ id: "x", match: "**", targets: ["{host}/x"] }] }),
  ).rejects.toEqual(
    withCode("rule-invalid", { line: 1, text: "{host}/x", problem: "placeholder-misplaced" }),
  );
  const standard = saved.defaults[kind].map((rule) => ({
    ...rule,
    targets: rule.targets.map(({ template }) => template),
  }));
  await saveRules(as("catalog.write"), { kind, rules: standard });
  const again = await listPaths(as("catalog.read"));
  expect(await readTargetRules()).toEqual(expect.arrayContaining([...defaultMappingRules]));
  expect(again.rules[kind].map((rule) => rule.id)).toEqual([
    "cluster-api",
    "cert-manager",
    "getting-started-airgapped",
  ]);
  expect(again.rules[kind][0]?.targets).toEqual([
    { template: "vmware-cloud-director/{path}", origin: "documented" },
    { template: "vmware-cloud-director/{name}", origin: "inferred" },
  ]);
  const actions = await writeDb.auditEntry.findMany({ where: { objectType: "target-rule" } });
  expect(actions.map(({ action, objectId }) => [action, objectId])).toEqual([
    ["target-rule.save", kind],
    ["target-rule.save", kind],
  ]);
});

test("the way of an image is shown by tables that are not saved yet", async () => {
  const { rules } = await listPaths(as("catalog.read"));
  const tried = (change: Partial<TryPathsInput>) => {
    const kind = change.kind ?? "getting_started_airgapped";
    const own = rules[kind].map(({ targets, ...rule }) => ({
      ...rule,
      targets: targets.map(({ template }) => template),
    }));
    const rewrites = defaultSourceRewrites.map((rewrite) => ({ ...rewrite }));
    return tryPaths(
      as("catalog.read"),
      tryPathsInput.parse({ kind, rewrites, rules: own, image: "", ...change }),
    );
  };
  expect(tried({ image: "projects.registry.vmware.com cluster-api/kubeadm v1" })).toEqual({
    rewriteProblems: [],
    ruleProblems: [],
    imageProblem: null,
    way: {
      original: "projects.registry.vmware.com/cluster-api/kubeadm:v1",
      source: "projects.packages.broadcom.com/cluster-api/kubeadm:v1",
      isRewritten: true,
      targets: [
        { path: "vmware-cloud-director/cluster-api/kubeadm:v1", origin: "documented" },
        { path: "vmware-cloud-director/kubeadm:v1", origin: "inferred" },
      ],
    },
  });
  // A whole name begins below the base that such releases have.
  expect(tried({ kind: "tkg", image: "projects.registry.vmware.com/tkg/etcd:v3" }).way).toMatchObject({
    targets: [{ path: "tkg/etcd:v3" }],
  });
  expect(tried({ kind: "list", image: "example.com/a/b@sha256:no" })).toMatchObject({
    way: null,
    imageProblem: "digest-malformed",
  });
  expect(tried({ image: "two words" }).imageProblem).toBe("columns");
  const nowhere = [{ id: "a", from: "x", to: "x", enabled: true }];
  expect(tried({ rewrites: nowhere, image: "a.io b v1" })).toMatchObject({
    rewriteProblems: [
      { index: 0, field: "from", code: "host-missing" },
      { index: 0, field: "to", code: "host-missing" },
    ],
    way: null,
  });
});
