import { describe, expect, it } from "vitest";
import type { OfferReleaseRow, OfferView } from "#lib/schemas/offers.ts";
import {
  changeRules,
  countRules,
  emptyDraft,
  hasChanges,
  inputOf,
  isOffered,
  listChanges,
  ruleOf,
  turnReleases,
} from "./offer-draft.ts";

const release = (id: string, fields: Partial<OfferReleaseRow> = {}): OfferReleaseRow => ({
  ...{ id, kind: "tkg", name: id, version: "v1", isOffered: true, componentCount: 5 },
  ...{ requiredCount: 1, withheldCount: 1, ...fields },
});
const view = (fields: Partial<OfferView> = {}): OfferView => ({
  organization: { id: "acme", name: "acme", displayName: "ACME" },
  seen: { id: "offer", updatedAt: "2026-11-29T09:00:00.000Z" },
  ...{ isOwn: true, place: null, sharedPlace: { id: "shared", host: "a.io", basePath: "" } },
  ...{ readsFrom: "own_registries", publishOnSave: false, releases: [release("r"), release("s")], ...fields },
});
const component = (id: string, rule: "required" | "withheld" | null = null) => ({ id, rule });
const changesOf = (draft: typeof emptyDraft, of = view()) => listChanges(of, draft, "acme");

describe("a draft of an offer", () => {
  it("changes nothing by itself", () => {
    expect(hasChanges(changesOf(emptyDraft))).toBe(false);
    expect(inputOf(view(), emptyDraft, "acme")).toEqual({
      ...{ organizationId: "acme", seen: view().seen, place: { kind: "shared" }, publishOnSave: false },
      ...{ readsFrom: "own_registries", offered: [], withdrawn: [], required: [], withheld: [], free: [] },
      confirmed: [],
    });
  });

  it("keeps what is other than saved, and forgets what is as saved again", () => {
    const rows = [release("r"), release("s", { isOffered: false })];
    const of = view({ releases: rows });
    const off = turnReleases(emptyDraft, rows, false);
    expect([...off.releases]).toEqual([["r", false]]);
    expect(changesOf(off, of)).toMatchObject({ offered: [], withdrawn: ["r"] });
    const on = turnReleases(off, rows, true);
    expect(changesOf(on, of)).toMatchObject({ offered: ["s"], withdrawn: [] });
    expect(rows.map((row) => isOffered(on, row))).toEqual([true, true]);

    const ruled = changeRules(emptyDraft, "r", [component("a"), component("b", "withheld")], "required");
    expect(ruleOf(ruled, "r", component("a"))).toBe("required");
    expect(countRules(ruled, release("r"))).toEqual({ required: 3, withheld: 0, free: 2 });
    expect(changesOf(ruled).rules).toEqual({ required: ["a", "b"], withheld: [], free: [] });
    const back = changeRules(
      changeRules(ruled, "r", [component("a")], "free"),
      "r",
      [component("b", "withheld")],
      "withheld",
    );
    expect(back.rules.size).toBe(0);
  });

  it("says nothing of components of a release that is not offered", () => {
    const ruled = changeRules(emptyDraft, "r", [component("a")], "required");
    const draft = turnReleases(ruled, [release("r")], false);
    expect(changesOf(draft)).toMatchObject({ withdrawn: ["r"], rules: { required: [] } });
    expect(changesOf(turnReleases(draft, [release("r")], true)).rules.required).toEqual(["a"]);
  });

  it("sends of a destination what belongs to the way in which it is chosen", () => {
    const place = { kind: "new" as const, destinationId: "x", registryId: "y", basePath: "acme" };
    expect(inputOf(view(), { ...emptyDraft, place }, "acme").place).toEqual({
      ...{ kind: "new", registryId: "y", basePath: "acme" },
    });
    const existing = { ...place, kind: "existing" as const };
    expect(inputOf(view(), { ...emptyDraft, place: existing }, "acme").place).toEqual({
      ...{ kind: "existing", destinationId: "x" },
    });
    const saved = view({ place: { id: "x", host: "a.io", basePath: "acme" } });
    expect(changesOf({ ...emptyDraft, place: existing }, saved).settings).toBe(0);
    expect(changesOf({ ...emptyDraft, place }, saved).settings).toBe(1);
  });

  it("reads what goes to the shared destination nowhere but at its own registries", () => {
    const own = view({ place: { id: "x", host: "a.io", basePath: "acme" } });
    const draft = { ...emptyDraft, readsFrom: "shared_destination" as const };
    expect(inputOf(own, draft, "acme").readsFrom).toBe("shared_destination");
    expect(inputOf(view(), draft, "acme").readsFrom).toBe("own_registries");
    const forAll = view({ organization: null, place: own.place });
    expect(inputOf(forAll, draft, "").readsFrom).toBe("own_registries");
    expect(inputOf(forAll, draft, "").place).toEqual({ kind: "existing", destinationId: "x" });
  });
});
