import { expect, test } from "vitest";
import { defaultSourceRewrites } from "#lib/domain/catalog/source-rewrites.ts";
import { type ChosenComponent, drawTasks, makeTasks } from "./make-tasks.ts";

const paths = {
  source: { host: "mirror.example.com", basePath: "" },
  rewrites: [],
  targetHost: "harbor.example.com",
  targetBasePath: "base",
};

function component(fields: Partial<ChosenComponent> = {}): ChosenComponent {
  const repository = fields.sourceRepository ?? "tkg/etcd";
  return {
    id: "1",
    kind: "image",
    sourceHost: "vendor.example.com",
    sourceRepository: repository,
    tag: "v1",
    digest: null,
    targetPath: repository,
    moreTargets: [],
    ...fields,
  };
}

const digest = `sha256:${"a".repeat(64)}`;
const withCode = (code: string, facts: object) => expect.objectContaining({ code, facts }) as Error;

test("puts the bases before the paths and keeps the original name", () => {
  const components = [component(), component({ id: "2", sourceRepository: "tkg/kapp", tag: null, digest })];
  const source = { ...paths.source, basePath: "proxy/vendor" };
  expect(makeTasks(components, { ...paths, source })).toEqual([
    {
      position: 1,
      componentId: "1",
      kind: "image",
      originalName: "vendor.example.com/tkg/etcd:v1",
      sourceHost: "mirror.example.com",
      sourceRepository: "proxy/vendor/tkg/etcd",
      targetRepository: "base/tkg/etcd",
      tag: "v1",
      plannedDigest: null,
    },
    {
      position: 2,
      componentId: "2",
      kind: "image",
      originalName: `vendor.example.com/tkg/kapp@${digest}`,
      sourceHost: "mirror.example.com",
      sourceRepository: "proxy/vendor/tkg/kapp",
      targetRepository: "base/tkg/kapp",
      tag: "",
      plannedDigest: digest,
    },
  ]);
});

test("reads each image from its own registry when none stands in for them", () => {
  const components = [component(), component({ id: "2", sourceHost: "registry.example.com", tag: "v2" })];
  const tasks = makeTasks(components, { ...paths, source: null });
  expect(tasks.map(({ sourceHost, sourceRepository }) => [sourceHost, sourceRepository])).toEqual([
    ["vendor.example.com", "tkg/etcd"],
    ["registry.example.com", "tkg/etcd"],
  ]);
});

test("copies once what two releases share", () => {
  const tasks = makeTasks([component(), component({ id: "2" }), component({ id: "3", tag: "v2" })], paths);
  expect(tasks.map(({ position, componentId }) => [position, componentId])).toEqual([
    [1, "1"],
    [2, "3"],
  ]);
});

test("refuses two images under one name", () => {
  const components = [
    component(),
    component({ id: "2", sourceRepository: "other/etcd", targetPath: "tkg/etcd" }),
  ];
  expect(() => makeTasks(components, paths)).toThrow(
    withCode("target-collision", {
      target: "harbor.example.com/base/tkg/etcd:v1",
      first: "mirror.example.com/tkg/etcd:v1",
      second: "mirror.example.com/other/etcd:v1",
    }),
  );
});

test("tells of every collision to who asks for it", () => {
  const components = [
    component(),
    component({ id: "2", sourceRepository: "other/etcd", targetPath: "tkg/etcd" }),
    component({ id: "3", sourceRepository: "third/etcd", targetPath: "tkg/etcd" }),
  ];
  const { tasks, collisions } = drawTasks(components, paths);
  const seconds = collisions.map(({ second }) => second);
  expect(tasks).toHaveLength(1);
  expect(seconds).toEqual(["mirror.example.com/other/etcd:v1", "mirror.example.com/third/etcd:v1"]);
});

test("takes one content by digest from either of two sources", () => {
  const byDigest = { tag: null, digest, targetPath: "tkg/etcd" };
  const components = [
    component(byDigest),
    component({ ...byDigest, id: "2", sourceRepository: "other/etcd" }),
  ];
  expect(makeTasks(components, paths)).toHaveLength(1);
});

test("refuses to copy an image onto itself", () => {
  const self = { ...paths, source: { host: paths.targetHost, basePath: "base" } };
  expect(() => makeTasks([component()], self)).toThrow(
    withCode("source-is-target", { reference: "harbor.example.com/base/tkg/etcd:v1" }),
  );
});

test("refuses to write where another image is read, and names both", () => {
  // Mirrored within one registry, the one goes where the other is.
  const components = [
    component({ sourceRepository: "base/tkg/etcd", tag: "v2", targetPath: "kept/etcd" }),
    component({ id: "2", sourceRepository: "other/etcd", targetPath: "tkg/etcd" }),
  ];
  const within = { ...paths, source: { host: paths.targetHost, basePath: "" } };
  const overlap = {
    target: "harbor.example.com/base/tkg/etcd:v1",
    first: "harbor.example.com/other/etcd:v1",
    second: "harbor.example.com/base/tkg/etcd:v2",
  };
  expect(() => makeTasks(components, within)).toThrow(withCode("source-overlaps-target", overlap));
  expect(drawTasks(components, within)).toMatchObject({ overlaps: [overlap], collisions: [] });
  const self = { ...paths, source: { host: paths.targetHost, basePath: "base" } };
  const [told] = drawTasks([component()], self).overlaps;
  expect(told?.first).toBe(told?.second);
});

test("reads an image where its registry has moved to, and keeps the name that the release has for it", () => {
  const moved = component({ sourceHost: "projects.registry.vmware.com" });
  const [task] = makeTasks([moved], { ...paths, source: null, rewrites: defaultSourceRewrites });
  expect(task).toMatchObject({
    originalName: "projects.registry.vmware.com/tkg/etcd:v1",
    sourceHost: "projects.packages.broadcom.com",
    sourceRepository: "tkg/etcd",
  });
  // A registry that stands in is no matter of the rules.
  const [stands] = makeTasks([moved], { ...paths, rewrites: defaultSourceRewrites });
  expect(stands?.sourceHost).toBe("mirror.example.com");
});

test("refuses a name that the base makes too long", () => {
  const base = "a/".repeat(125) + "a";
  expect(() => makeTasks([component()], { ...paths, targetBasePath: base })).toThrow(
    expect.objectContaining({ code: "reference-invalid" }) as Error,
  );
});
