import { expect, test } from "vitest";
import { gettingStartedImage } from "#lib/demo/vendor-lists.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { compareVersions } from "./compare-versions.ts";
import { defaultCseVersions, gettingStartedRepository } from "./cse-versions.ts";

test("the versions of Container Service Extension name the tags that the documentation does", () => {
  const tags = Object.fromEntries(
    defaultCseVersions.map(({ version, gettingStartedTag }) => [version, gettingStartedTag]),
  );
  expect(tags).toEqual({ "4.1": null, "4.2": "v0.1.2", "4.2.1": "v0.1.3", "4.2.2": "v0.1.4", "4.2.3": null });
  for (const tag of Object.values(tags)) if (tag !== null) expect(parseTag(tag)).toBe(tag);
  expect(parseRepository(gettingStartedRepository)).toBe(gettingStartedImage.repository);
});

test("newer versions stand above older ones, and none has older components", () => {
  for (const [index, newer] of defaultCseVersions.slice(0, -1).entries()) {
    const older = defaultCseVersions[index + 1];
    if (older === undefined) throw new Error("no older version");
    expect(compareVersions(newer.version, older.version)).toBeGreaterThan(0);
    for (const [name, version] of Object.entries(newer.components)) {
      const before = older.components[name as keyof typeof older.components];
      const order = compareVersions(version ?? "", before ?? "");
      expect(order, `${name} of ${newer.version}`).toBeGreaterThanOrEqual(0);
    }
  }
});
