import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError, type EngineFacts } from "../oci/errors.ts";
import { parseRepository, parseTag } from "../oci/reference.ts";
import { findExtraTags, groupTags, type RepositoryExtras } from "./extra-tags.ts";
import type { FailedAttempt } from "./retry.ts";

const limits = { attempts: 3, backoffMs: 1, longestWaitMs: 5 };
const path = (repository: string, tag?: string) => ({
  repository: parseRepository(repository),
  ...(tag !== undefined && { tag: parseTag(tag) }),
});
const failure = (facts: Partial<EngineFacts> = {}) =>
  new EngineError("registry-failed", { operation: "list-tags", retryable: true, ...facts });

/** What is found where the registry has `standing`, by repository. */
async function find(
  listed: readonly ReturnType<typeof path>[],
  standing: (repository: string) => Promise<readonly string[]>,
) {
  const found = new Map<string, RepositoryExtras>();
  const retries: FailedAttempt[] = [];
  await findExtraTags(groupTags(listed), {
    listTags: standing,
    onRepository: (each) => void found.set(each.repository, each),
    onRetry: (failed) => retries.push(failed),
    limits,
  });
  return { found, retries };
}

test("a list names each repository once, also where an image has no tag", () => {
  const listed = groupTags([path("a", "v1"), path("b"), path("a", "v2"), path("a", "v1")]);
  expect([...listed].map(([repository, tags]) => [repository, [...tags]])).toEqual([
    ["a", ["v1", "v2"]],
    ["b", []],
  ]);
});

test("what is not listed is extra; what tools keep beside an image, and what is no tag, is not", async () => {
  const hex = "0f".repeat(32);
  const beside = [
    `sha256-${hex}`,
    ...["sig", "att", "sbom", "imgpkg", "image-locations.imgpkg"].map((suffix) => `sha256-${hex}.${suffix}`),
    `sha512-${hex.repeat(2).slice(0, 121)}`,
  ];
  const extra = [
    "v2",
    "latest",
    `sha256-${hex.slice(1)}`,
    `sha256-${hex}.`,
    `sha1-${hex}`,
    `x-sha256-${hex}`,
  ];
  const noTags = ["", "a b", "-v1", "a/b", "\u001b[31m", "v".repeat(129)];
  const standing = new Map([["a", ["v1", ...beside, ...extra, ...noTags, "v2"]]]);
  const { found } = await find([path("a", "v1"), path("b")], (name) =>
    Promise.resolve(standing.get(name) ?? []),
  );
  expect([...found.values()]).toEqual([
    { repository: "a", tags: extra },
    { repository: "b", tags: [] },
  ]);
});

test("whatever stands and whatever is listed, extra is what stands without being listed", async () => {
  const tag = fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,5}$/);
  const tags = fc.uniqueArray(tag, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(tags, tags, async (listed, standing) => {
      const { found } = await find([path("a"), ...listed.map((each) => path("a", each))], () =>
        Promise.resolve(standing),
      );
      expect(found.get("a")).toEqual({
        repository: "a",
        tags: standing.filter((each) => !listed.includes(each)),
      });
    }),
  );
});

test("a passing failure is borne, and a lasting one is the repository's own", async () => {
  const asked: string[] = [];
  const { found, retries } = await find([path("a", "v1"), path("b", "v1"), path("c", "v1")], (name) => {
    asked.push(name);
    if (name === "a") return Promise.reject(failure({ retryable: false }));
    if (name === "b" && asked.filter((each) => each === "b").length < 3) return Promise.reject(failure());
    return Promise.resolve(["v1", "v2"]);
  });
  expect(found.get("a")).toMatchObject({
    error: { code: "registry-failed", facts: { side: "target", repository: "a", operation: "list-tags" } },
  });
  expect(found.get("b")).toEqual({ repository: "b", tags: ["v2"] });
  expect(found.get("c")).toEqual({ repository: "c", tags: ["v2"] });
  expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test("a few are asked at once, and no more before what is known has been taken", async () => {
  const listed = groupTags(Array.from({ length: 50 }, (_, index) => path(`r${index}`, "v1")));
  let [under, most, told] = [0, 0, 0];
  await findExtraTags(listed, {
    listTags: async () => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      return ["v1"];
    },
    onRepository: async () => {
      await new Promise(setImmediate);
      under--;
      told++;
    },
  });
  expect(told).toBe(50);
  expect(most).toBe(8);
});

test("being stopped and a failure of the one who is told end it all", async () => {
  const listed = groupTags(Array.from({ length: 50 }, (_, index) => path(`r${index}`, "v1")));
  const controller = new AbortController();
  let asked = 0;
  const stopped = findExtraTags(listed, {
    listTags: (_repository, signal) => {
      if (++asked === 8) controller.abort();
      return signal?.aborted ? Promise.reject(failure()) : new Promise(() => undefined);
    },
    onRepository: () => undefined,
    signal: controller.signal,
  });
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  expect(asked).toBe(8);

  const told: string[] = [];
  const failed = findExtraTags(listed, {
    listTags: () => Promise.resolve([]),
    onRepository: ({ repository }) => {
      told.push(repository);
      throw new Error("a full disk");
    },
  });
  await expect(failed).rejects.toThrow("a full disk");
  expect(told.length).toBeLessThanOrEqual(8);
});
