import { describe, expect, it } from "vitest";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { listOn, summarize, turn } from "./draft.ts";
import { findMissingNeeds, listDependents, listNeeding, withNeeds } from "./missing-needs.ts";

const component = (id: string, fields: Partial<OfferedComponent> = {}): OfferedComponent => ({
  ...{ id, kind: "image", source: `vendor.example/${id}`, tag: "v1", digest: null, part: "" },
  ...{ sizeBytes: 10, platforms: [], isRequired: false, isOn: true, isNew: false, isPublished: false },
  ...{ needs: [], ...fields },
});
const names = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("a draft", () => {
  const components = [
    component("a", { isPublished: true }),
    component("b", { isOn: false, sizeBytes: 7 }),
    component("c", { isRequired: true, sizeBytes: null }),
  ];

  it("keeps what somebody wants over what is saved, and what is required over both", () => {
    const draft = turn(new Map(), components, false);
    expect([...draft]).toEqual([
      ["a", false],
      ["c", false],
    ]);
    expect([...listOn(components, draft)]).toEqual(["c"]);
    // Back as it was is no change.
    expect([...turn(draft, components.slice(0, 1), true)]).toEqual([["c", false]]);
  });

  it("says what it comes to", () => {
    const on = listOn(components, turn(turn(new Map(), components, false), components.slice(1, 2), true));
    expect(summarize(components, on)).toEqual({
      ...{ onCount: 2, onBytes: 7, unknownCount: 1, added: ["b"], removed: ["a"], changedBytes: -3 },
      ...{ changedUnknown: 0, missingCount: 2, missingBytes: 7, missingUnknown: 1 },
    });
  });
});

describe("what depends on what", () => {
  const components = [
    component("compatibility"),
    component("bom", { needs: [["compatibility"]] }),
    component("other-bom", { needs: [["compatibility"]] }),
    component("etcd", { needs: [["bom"]] }),
    component("antrea", { needs: [["bom", "other-bom"]] }),
  ];
  const byId = new Map(components.map((each) => [each.id, each]));
  const on = (...ids: string[]) => new Set(ids);

  it("tells what is off and needed, and by which", () => {
    const missing = findMissingNeeds(components, byId, on("etcd", "antrea", "other-bom", "compatibility"));
    expect(missing.map(({ anyOf, neededBy }) => [names(anyOf), names(neededBy)])).toEqual([
      [["bom"], ["etcd"]],
    ]);
    const more = findMissingNeeds(components, byId, on("bom", "other-bom", "etcd"));
    expect(more.map(({ neededBy }) => names(neededBy))).toEqual([["bom", "other-bom"]]);
  });

  it("turns on all that is needed, and one of what would do equally", () => {
    const [, , , etcd, antrea] = components;
    expect(etcd && names(withNeeds(etcd, byId, on()))).toEqual(["etcd", "bom", "compatibility"]);
    expect(antrea && names(withNeeds(antrea, byId, on("other-bom")))).toEqual(["antrea"]);
  });

  it("turns off all that is lost, and nothing that has another", () => {
    const all = on("bom", "other-bom", "etcd", "antrea");
    const [need] = findMissingNeeds(components, byId, all);
    expect(need && names(listDependents(need, components, all))).toEqual([
      "bom",
      "other-bom",
      "etcd",
      "antrea",
    ]);
    const one = findMissingNeeds(components, byId, on("compatibility", "other-bom", "etcd", "antrea"))[0];
    expect(one && names(listDependents(one, components, on("other-bom", "etcd", "antrea")))).toEqual([
      "etcd",
    ]);
    expect(names(listNeeding("bom", components))).toEqual(["etcd", "antrea"]);
  });

  it("ends where components need each other", () => {
    const circle = [component("x", { needs: [["y"]] }), component("y", { needs: [["x"]] })];
    const known = new Map(circle.map((each) => [each.id, each]));
    const [x] = circle;
    expect(x && names(withNeeds(x, known, on()))).toEqual(["x", "y"]);
  });
});
