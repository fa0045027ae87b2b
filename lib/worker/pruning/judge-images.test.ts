import { expect, test } from "vitest";
import { judgeImage, type PrunedRepository } from "./judge-images.ts";

type Deletion = PrunedRepository["deletions"][number];
type Kept = PrunedRepository["kept"][number];

const image = { tag: "v1", digest: "sha256:a" };
const judge = (parts: Partial<Omit<PrunedRepository, "keep">> & { wanted?: string[] }) => {
  const { wanted = [], ...rest } = parts;
  return judgeImage(image, {
    deletions: [],
    kept: [],
    keep: { tags: new Set(wanted), digests: new Set(wanted) },
    isRemovable: () => true,
    ...rest,
  });
};
const deletion = (fields: Partial<Deletion>): Deletion => ({
  removes: "manifest",
  digest: image.digest,
  tags: ["v1"],
  state: "deleted",
  keptBy: null,
  keptName: null,
  ...fields,
});
const kept = (keptBy: Kept["keptBy"], keptName: string): Kept => ({ digest: image.digest, keptBy, keptName });

test("what is gone is removed, whoever has done it", () => {
  expect(judge({ deletions: [deletion({})] })).toBe("removed");
  expect(judge({ deletions: [deletion({ state: "absent" })] })).toBe("removed");
  // Neither goes nor stays by the plan: it was gone before.
  expect(judge({})).toBe("removed");
});

test("what stays for others, or under another name, is let go of", () => {
  expect(judge({ kept: [kept("kept_tag", "v2")], wanted: ["v2"] })).toBe("released");
  expect(judge({ kept: [kept("kept_digest", image.digest)], wanted: [image.digest] })).toBe("released");
  expect(judge({ kept: [kept("unknown_tag", "theirs")] })).toBe("released");
  expect(judge({ deletions: [deletion({ removes: "tag" })], kept: [kept("kept_tag", "v2")] })).toBe(
    "released",
  );
  expect(judge({ deletions: [deletion({ removes: "tag", state: "tag_stays" })] })).toBe("released");
  const wanted = deletion({ state: "kept", keptBy: "kept_tag", keptName: "v2" });
  expect(judge({ deletions: [wanted], wanted: ["v2"] })).toBe("released");
});

test("what another plan may take away is left, and so is what is wanted again", () => {
  expect(judge({ kept: [kept("kept_tag", "v2")] })).toBe("left");
  for (const keptBy of ["moved_tag", "new_tag", "new_referrer", "not_deleted"] as const) {
    expect(judge({ deletions: [deletion({ state: "kept", keptBy, keptName: "v2" })], wanted: ["v2"] })).toBe(
      "left",
    );
  }
  expect(judge({ deletions: [deletion({})], isRemovable: () => false })).toBe("left");
});

test("while anything in the repository could not be deleted, all is left", () => {
  for (const state of ["refused", "unclear", "planned"] as const) {
    expect(judge({ deletions: [deletion({}), deletion({ digest: "sha256:part", state })] })).toBe("left");
  }
});
