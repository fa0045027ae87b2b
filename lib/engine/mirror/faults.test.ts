import { describe, expect, test, type TestContext } from "vitest";
import { describeFailure } from "#lib/cli/describe-failure.ts";
import {
  putSampleIndex,
  startCopyBench,
  type CopyBench,
  type CopyBenchOptions,
  type SampleParts,
} from "#lib/testing/contract/copy-bench.ts";
import type { FaultAction, Framing } from "#lib/testing/memory-registry/fault-actions.ts";
import type { Fault } from "#lib/testing/memory-registry/faults.ts";
import type { RequestKind } from "#lib/testing/memory-registry/route.ts";
import { digestBytes } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { ociImageIndex } from "../oci/media-types.ts";

type Side = "source" | "target";
type Faulty = (parts: SampleParts) => readonly Fault[];

interface Run extends CopyBenchOptions {
  readonly on: Side;
  readonly faults: Faulty;
  readonly layerBytes?: number;
  /** What is made of the registries before the faults. */
  readonly prepare?: (bench: CopyBench, parts: SampleParts) => unknown;
}

interface Passing extends Run {
  readonly name: string;
  /** Codes of failed attempts; none when the fault is not even noticed. */
  readonly retried?: readonly string[];
  /** The transport may try again by itself: who reuses a connection cannot tell its end from its reset. */
  readonly maySettle?: boolean;
  /** Uploads whose address never arrived, so that nobody can end them; the registry forgets them in time. */
  readonly orphans?: number;
  readonly atLeastMs?: number;
}

const credentials = { username: "robot", password: "s3cret" };
const bearer = { auth: { scheme: "bearer", ...credentials } } as const;
const basic = { auth: { scheme: "basic", ...credentials } } as const;
const impatient = { client: { timeouts: { headersTimeoutMs: 700, bodyIdleTimeoutMs: 700 } } };

/** A fault on requests of one kind, for the large layer where they name a blob. */
const on =
  (kind: RequestKind, action: FaultAction, rest: Partial<Fault> = {}): Faulty =>
  ({ layer }) => [{ match: { kind, ...(kind.endsWith("-blob") ? { digest: layer } : {}) }, action, ...rest }];
const onRoot =
  (kind: RequestKind, action: FaultAction, rest: Partial<Fault> = {}): Faulty =>
  ({ repository }) => [
    { match: { kind, path: new RegExp(`/${repository}/manifests/v1$`) }, action, ...rest },
  ];
const both =
  (...all: readonly Faulty[]): Faulty =>
  (parts) =>
    all.flatMap((each) => each(parts));

const always = { times: Infinity } as const;
const reset: FaultAction = { kind: "reset" };
const cutAnswer: FaultAction = { kind: "cut-answer" };
const limited: FaultAction = { kind: "rate-limit" };
const resetDownload: FaultAction = { kind: "reset-download", afterBytes: 100_000 };
const resetUpload: FaultAction = { kind: "reset-upload", afterBytes: 100_000 };
const status = (code: number, headers: Record<string, string> = {}): FaultAction => ({
  kind: "status",
  status: code,
  headers,
});
const refused = (code: number, ociCode: Extract<FaultAction, { kind: "status" }>["code"]): FaultAction => ({
  kind: "status",
  status: code,
  ...(ociCode === undefined ? {} : { code: ociCode }),
});
const framings: readonly Framing[] = ["length-of-whole", "length-of-part", "chunked-open", "chunked-ended"];
const other = digestBytes("something else");

let serial = 0;

async function run(
  { on: side, faults, layerBytes, prepare, ...options }: Run,
  { onTestFinished }: TestContext,
) {
  const bench = await startCopyBench(options);
  onTestFinished(() => bench.stop());
  const repository = `team/app-${++serial}`;
  const parts = await putSampleIndex(
    bench.source,
    repository,
    layerBytes === undefined ? {} : { layerBytes },
  );
  await prepare?.(bench, parts);
  const active = faults(parts).map((fault) => bench[side].faults.add(fault));
  const startedAt = performance.now();
  const item = bench.itemOf(`${repository}:v1`);
  const outcome = await bench.session.copy(item).catch((error: unknown) => error);
  return { bench, parts, item, outcome, active, durationMs: performance.now() - startedAt };
}

async function expectWhole({ target }: CopyBench, { repository, root }: SampleParts, orphans = 0) {
  expect(target.findTag(repository, "v1")).toBe(root);
  const { problems, checked } = await target.verifyAll();
  expect(problems).toEqual([]);
  // Two images of two layers, one of them shared, a configuration each, their manifests and the index.
  expect(checked).toBe(8);
  expect(target.uploadCount()).toBe(orphans);
}

const failed = {
  lost: ["connection-lost"],
  server: ["registry-failed"],
  limited: ["rate-limited"],
  size: ["size-mismatch"],
  digest: ["digest-mismatch"],
  late: ["timeout"],
};

const atSource: Omit<Passing, "on">[] = [
  ...(["head-manifest", "get-manifest", "get-blob"] as const).flatMap((kind) => [
    { name: `reset before ${kind}`, faults: on(kind, reset), retried: failed.lost, maySettle: true },
    {
      name: `cut instead of an answer to ${kind}`,
      faults: on(kind, cutAnswer),
      retried: failed.lost,
      maySettle: true,
    },
    { name: `429 to ${kind}, without Retry-After`, faults: on(kind, limited), retried: failed.limited },
    ...[500, 502, 503, 504].map((code) => ({
      name: `${code} to ${kind}, twice`,
      faults: on(kind, status(code), { times: 2 }),
      retried: ["registry-failed", "registry-failed"],
    })),
  ]),
  {
    name: "429 with seconds in Retry-After",
    faults: on("get-manifest", { kind: "rate-limit", retryAfter: 1 }),
    retried: failed.limited,
    atLeastMs: 1_000,
  },
  {
    name: "429 with a date in Retry-After that has passed",
    faults: on("get-blob", { kind: "rate-limit", retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT" }),
    retried: failed.limited,
  },
  {
    name: "503 with Retry-After",
    faults: on("get-blob", status(503, { "retry-after": "1" })),
    retried: failed.server,
    atLeastMs: 1_000,
  },
  { name: "reset in mid-body", faults: on("get-blob", resetDownload), retried: failed.lost },
  {
    name: "reset in mid-body, three times",
    faults: on("get-blob", { kind: "reset-download", afterBytes: 50_000 }, { times: 3 }),
    retried: ["connection-lost", "connection-lost", "connection-lost"],
  },
  ...framings.flatMap((framing) => [
    {
      name: `a blob cut short with status 200, ${framing}`,
      faults: on("get-blob", { kind: "truncate", afterBytes: 100_000, framing }),
      retried: framing.endsWith("whole") || framing.endsWith("open") ? failed.lost : failed.size,
    },
    {
      name: `a manifest cut short with status 200, ${framing}`,
      faults: on("get-manifest", { kind: "truncate", afterBytes: 40, framing }),
      retried: framing.endsWith("whole") || framing.endsWith("open") ? failed.lost : failed.digest,
    },
  ]),
  {
    name: "other bytes in a blob",
    faults: on("get-blob", { kind: "wrong-bytes" }),
    retried: failed.digest,
  },
  {
    name: "other bytes in a manifest",
    faults: on("get-manifest", { kind: "wrong-bytes" }),
    retried: failed.digest,
  },
  ...(["whole", "shifted", "unsatisfiable"] as const).map((answer) => ({
    name: `a Range answered by what was not asked for, ${answer}`,
    // Not ended in mid-body: who learns of the end may lose what came before, and then nobody asks for a range.
    ...impatient,
    faults: both(
      on("get-blob", { kind: "silence", ms: Infinity, afterBytes: 100_000 }),
      on("get-blob", { kind: "wrong-range", answer }),
    ),
    retried: failed.late,
  })),
  {
    name: "a token that ends before its time",
    source: bearer,
    faults: both(on("get-blob", { kind: "expire-tokens" }), on("get-manifest", { kind: "expire-tokens" })),
  },
  {
    name: "silence in mid-body",
    ...impatient,
    faults: on("get-blob", { kind: "silence", ms: Infinity, afterBytes: 100_000 }),
    retried: failed.late,
  },
  {
    name: "silence in a manifest",
    ...impatient,
    faults: on("get-manifest", { kind: "silence", ms: Infinity, afterBytes: 10 }),
    retried: failed.late,
  },
  {
    name: "silence before the answer",
    ...impatient,
    faults: on("head-manifest", { kind: "delay", ms: Infinity }),
    retried: failed.late,
  },
  {
    name: "a slow drip, which is no silence",
    ...impatient,
    faults: on("get-blob", { kind: "drip", bytesPerSecond: 250_000 }),
    atLeastMs: 1_000,
  },
  {
    name: "neither Content-Length nor Docker-Content-Digest anywhere",
    faults: (): Fault[] => [
      { action: { kind: "without-length" }, times: Infinity },
      { action: { kind: "without-digest" }, times: Infinity },
    ],
  },
];

const atTarget: Omit<Passing, "on">[] = [
  ...(["head-manifest", "start-upload", "put-blob", "put-manifest"] as const).flatMap((kind) => [
    { name: `reset before ${kind}`, faults: on(kind, reset), retried: failed.lost, maySettle: true },
    {
      name: `cut instead of an answer to ${kind}`,
      faults: on(kind, cutAnswer),
      retried: failed.lost,
      maySettle: true,
      orphans: kind === "start-upload" ? 1 : 0,
    },
    { name: `429 to ${kind}, without Retry-After`, faults: on(kind, limited), retried: failed.limited },
    ...[500, 502, 503].map((code) => ({
      name: `${code} to ${kind}, twice`,
      faults: on(kind, status(code), { times: 2 }),
      retried: ["registry-failed", "registry-failed"],
    })),
  ]),
  {
    name: "429 with Retry-After to an upload",
    faults: on("put-blob", { kind: "rate-limit", retryAfter: 1 }),
    retried: failed.limited,
    atLeastMs: 1_000,
  },
  {
    name: "reset in the middle of an upload",
    faults: on("put-blob", resetUpload),
    retried: failed.lost,
  },
  {
    name: "reset in the middle of an upload, three times",
    faults: on("put-blob", { kind: "reset-upload", afterBytes: 50_000 }, { times: 3 }),
    retried: ["connection-lost", "connection-lost", "connection-lost"],
  },
  {
    name: "401 in an upload, the token having ended before its time",
    target: bearer,
    // One at a time, since all tokens end at once.
    limits: { blobs: 1 },
    faults: on("put-blob", { kind: "expire-tokens" }),
    retried: ["unauthorized"],
  },
  { name: "a lost upload", faults: on("put-blob", { kind: "lose-upload" }), retried: ["upload-lost"] },
  {
    name: "an upload lost between a cut and the question where it stands",
    faults: both(on("put-blob", resetUpload), on("upload-status", { kind: "lose-upload" })),
    retried: failed.lost,
  },
  {
    name: "no answer to the question where an upload stands",
    faults: both(on("put-blob", resetUpload), on("upload-status", status(500), { times: Infinity })),
    // Asked a few times, then sent from the start.
    retried: [...failed.lost, ...failed.server, ...failed.server],
  },
  {
    name: "other bytes received than were sent",
    faults: on("put-blob", refused(400, "DIGEST_INVALID")),
    retried: failed.digest,
  },
  {
    name: "a part of a manifest said to be unknown",
    faults: onRoot("put-manifest", refused(400, "MANIFEST_BLOB_UNKNOWN")),
  },
  {
    name: "413 from a proxy that takes 1 MiB",
    layerBytes: 2_000_000,
    retried: ["upload-too-large", "upload-too-large"],
    faults: () => [{ action: { kind: "body-limit", maxBytes: 1024 * 1024 }, times: Infinity }],
  },
  ...(
    [
      [{ kind: "reset-upload", afterBytes: 100_000 }, "connection-lost"],
      [cutAnswer, "connection-lost"],
      [status(500), "registry-failed"],
      [{ kind: "lose-upload" }, "upload-lost"],
    ] as const
  ).map(([action, code]) => ({
    name: `${action.kind} of a chunk`,
    // More than the limit at once, and less in chunks of 8 MiB.
    layerBytes: 9_000_000,
    faults: (): Fault[] => [
      { action: { kind: "body-limit", maxBytes: 8_500_000 }, times: Infinity },
      { match: { kind: "patch-blob" }, action },
    ],
    retried: ["upload-too-large", code],
  })),
  ...(["relative", "absolute", "query"] as const).map((form) => ({
    name: `an upload that goes on at a ${form} Location`,
    faults: on("start-upload", { kind: "location", form }, { times: Infinity }),
  })),
  {
    name: "silence after an upload, which had arrived",
    ...impatient,
    faults: on("put-blob", { kind: "delay", ms: Infinity }),
    retried: failed.late,
  },
  {
    name: "silence after a tag",
    ...impatient,
    faults: onRoot("put-manifest", { kind: "delay", ms: Infinity }),
    retried: failed.late,
  },
  {
    name: "a slow drip, which is no silence",
    client: { timeouts: { bodyIdleTimeoutMs: 700 } },
    faults: on("put-blob", { kind: "drip", bytesPerSecond: 250_000 }),
    atLeastMs: 1_000,
  },
];

describe("what passes ends in success, the content proven", () => {
  const all: Passing[] = [
    ...atSource.map((each) => ({ ...each, on: "source" as const })),
    ...atTarget.map((each) => ({ ...each, on: "target" as const })),
  ];
  test.concurrent.for(all)("$on: $name", async (passing, context) => {
    const { name: _name, retried = [], maySettle, orphans, atLeastMs = 0, ...each } = passing;
    const { bench, parts, outcome, active, durationMs } = await run(each, context);
    expect(outcome).toMatchObject({ outcome: "copied", rootDigest: parts.root });
    expect(active.map(({ hits }) => hits > 0)).not.toContain(false);
    if (maySettle && bench.retries().length === 0)
      expect(bench[each.on].requests().length).toBeGreaterThan(0);
    else expect(bench.retries()).toEqual(retried);
    const causes = bench.events.flatMap((event) => (event.type === "retrying" ? [event.cause.facts] : []));
    for (const facts of causes) expect(facts).toMatchObject({ side: each.on, registry: bench[each.on].host });
    expect(durationMs).toBeGreaterThanOrEqual(atLeastMs);
    await expectWhole(bench, parts, orphans);
  });
});

interface Failing extends Run {
  readonly name: string;
  readonly code: string;
  /** Attempts that failed before the last one. */
  readonly retries?: number;
  /** Of the sentence: what happened and what to do; host and image are looked for in every one. */
  readonly says: RegExp;
}

const twoAttempts = { limits: { attempts: 2 } } as const;

const lasting: Failing[] = [
  ...(["source", "target"] as const).flatMap((side): Failing[] => [
    {
      name: "a registry that resets every connection",
      on: side,
      ...twoAttempts,
      faults: () => [{ action: reset, ...always }],
      code: "connection-lost",
      retries: 1,
      says: /broke.*Run the copy again/,
    },
    {
      name: "a registry that never answers",
      on: side,
      ...twoAttempts,
      ...impatient,
      faults: () => [{ action: { kind: "delay", ms: Infinity }, ...always }],
      code: "timeout",
      retries: 1,
      says: /did not answer in time.*Check the network/,
    },
    {
      name: "a registry that stays broken",
      on: side,
      ...twoAttempts,
      faults: on("head-manifest", status(502), always),
      code: "registry-failed",
      retries: 1,
      says: /failed.*HTTP 502.*registry's log/,
    },
    {
      name: "429 with a longer wait than is allowed",
      on: side,
      faults: on("head-manifest", { kind: "rate-limit", retryAfter: 9_999 }, always),
      code: "rate-limited",
      says: /limits the number of requests.*HTTP 429.*Try again later/,
    },
    {
      name: "wrong credentials",
      on: side,
      [side]: basic,
      client: { credentials: { username: "robot", password: "wrong" } },
      faults: () => [],
      code: "unauthorized",
      says: /does not accept the credentials.*HTTP 401.*user name and password/,
    },
    {
      name: "wrong credentials at the token server",
      on: side,
      [side]: bearer,
      client: { credentials: { username: "robot", password: "wrong" } },
      faults: () => [],
      code: "unauthorized",
      says: /does not accept the credentials.*HTTP 401.*user name and password/,
    },
    {
      name: "a right that is not granted",
      on: side,
      faults: on("head-manifest", refused(403, "DENIED"), always),
      code: "forbidden",
      says: /denies access.*HTTP 403.*Check that the project exists/,
    },
  ]),
  {
    name: "a child manifest that is missing",
    on: "source",
    faults: () => [],
    prepare: ({ source }, { repository, child }) => source.removeManifest(repository, child),
    code: "manifest-not-found",
    says: /is not at the source.*Check path and tag/,
  },
  {
    name: "a layer that is missing",
    on: "source",
    faults: () => [],
    prepare: ({ source }, { repository, layer }) => source.removeBlob(repository, layer),
    code: "blob-not-found",
    says: /is not at the source.*incomplete.*Push/,
  },
  {
    name: "a layer that is always other bytes",
    on: "source",
    ...twoAttempts,
    faults: on("get-blob", { kind: "wrong-bytes" }, always),
    code: "digest-mismatch",
    retries: 1,
    says: /not what its digest says.*Push/,
  },
  {
    name: "a layer that is always too short",
    on: "source",
    ...twoAttempts,
    faults: on("get-blob", { kind: "truncate", afterBytes: 5_000, framing: "length-of-part" }, always),
    code: "size-mismatch",
    retries: 1,
    says: /5000 bytes instead of \d+.*Push/,
  },
  {
    name: "a manifest that is always other bytes",
    on: "source",
    ...twoAttempts,
    faults: ({ root }) => [
      { match: { kind: "get-manifest", digest: root }, action: { kind: "wrong-bytes" }, ...always },
    ],
    code: "digest-mismatch",
    retries: 1,
    says: /not what its digest says.*Push/,
  },
  {
    name: "a digest that the tag does not have",
    on: "source",
    faults: onRoot("head-manifest", { kind: "wrong-digest", digest: other }),
    code: "manifest-not-found",
    says: /is not at the source.*Check path and tag/,
  },
  {
    name: "a manifest of more than 4 MiB",
    on: "source",
    faults: () => [],
    prepare: async ({ source }, { repository }) => {
      const large = Buffer.alloc(4 * 1024 * 1024 + 1, " ");
      await source.putManifest(repository, large, ociImageIndex, { tag: "v1" });
    },
    code: "manifest-too-large",
    says: /larger than 4194304 bytes/,
  },
  {
    name: "a manifest that is a web page",
    on: "source",
    faults: () => [],
    prepare: ({ source }, { repository }) =>
      source.putManifest(repository, Buffer.from("<html>"), ociImageIndex, { tag: "v1" }),
    code: "manifest-invalid",
    says: /manifest of .* is broken.*Push/,
  },
  ...(["start-upload", "put-blob", "put-manifest"] as const).map((kind): Failing => ({
    name: `a quota that is used up, at ${kind}`,
    on: "target",
    faults: () => [{ match: { kind }, action: refused(403, "DENIED"), ...always }],
    code: "forbidden",
    says: /denies access.*HTTP 403, DENIED.*quota/,
  })),
  ...([409, 412] as const).map((code): Failing => ({
    name: `a tag that may not be moved (${code})`,
    on: "target",
    faults: onRoot("put-manifest", status(code), always),
    code: "registry-refused",
    says: new RegExp(`refused the request.*HTTP ${code}.*immutable`),
  })),
  {
    name: "a proxy that takes no more than 64 KiB",
    on: "target",
    faults: () => [{ action: { kind: "body-limit", maxBytes: 65_536 }, ...always }],
    code: "upload-too-large",
    retries: 2,
    says: /nor in small ones.*Raise the largest request body/,
  },
  {
    name: "a registry that loses every upload",
    on: "target",
    ...twoAttempts,
    faults: on("put-blob", { kind: "lose-upload" }, always),
    code: "upload-lost",
    retries: 1,
    says: /lost an upload.*HTTP 404.*Run the copy again/,
  },
  {
    name: "a registry that always receives other bytes",
    on: "target",
    ...twoAttempts,
    faults: on("put-blob", refused(400, "DIGEST_INVALID"), always),
    code: "digest-mismatch",
    retries: 1,
    says: /not what its digest says/,
  },
  {
    name: "a registry that says of a manifest that it is another",
    on: "target",
    faults: onRoot("put-manifest", { kind: "wrong-digest", digest: other }),
    code: "digest-mismatch",
    says: /not what its digest says/,
  },
  {
    name: "a registry that misses parts however often they are pushed",
    on: "target",
    faults: onRoot("put-manifest", refused(400, "MANIFEST_BLOB_UNKNOWN"), always),
    code: "manifest-blob-unknown",
    says: /misses parts.*registry's log/,
  },
];

test("a redirect to another origin is followed, and no credentials go there", async (context) => {
  const { bench, parts, outcome, active } = await run(
    {
      on: "source",
      source: basic,
      faults: () => [{ match: { kind: "get-blob" }, action: { kind: "redirect" }, ...always }],
    },
    context,
  );
  expect(outcome).toMatchObject({ outcome: "copied" });
  await expectWhole(bench, parts);
  const followed = bench.source.blobHostRequests();
  expect(followed).toHaveLength(active[0]?.hits ?? 0);
  expect(followed.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  expect(bench.retries()).toEqual([]);
});

test("a tag that moves between question and copy is copied as it was found, and then as it is", async (context) => {
  let moved = other;
  const { bench, parts, outcome, item } = await run(
    {
      on: "source",
      prepare: async ({ source }, { repository, root }) => {
        moved = (await putSampleIndex(source, repository, { seed: "moved" })).root;
        await source.moveTag(repository, "v1", root);
      },
      faults: ({ repository }) => [
        { match: { kind: "head-manifest", repository }, action: { kind: "move-tag", tag: "v1", to: moved } },
      ],
    },
    context,
  );
  expect(outcome).toMatchObject({ outcome: "copied", rootDigest: parts.root });
  await expectWhole(bench, parts);
  expect(await bench.session.copy(item)).toMatchObject({ outcome: "copied", rootDigest: moved });
  expect(bench.target.findTag(parts.repository, "v1")).toBe(moved);
  expect((await bench.target.verifyAll()).problems).toEqual([]);
});

describe("what does not pass ends in a sentence that says where, what and what to do", () => {
  test.concurrent.for(lasting)("$on: $name", async (failing, context) => {
    const { name: _name, code, says, retries = 0, ...each } = failing;
    const { bench, parts, outcome } = await run(each, context);
    if (!(outcome instanceof EngineError)) throw new Error("the copy did not fail", { cause: outcome });
    expect(outcome).toMatchObject({ code, facts: { side: each.on, registry: bench[each.on].host } });
    const sentence = describeFailure(outcome);
    expect(sentence).toMatch(says);
    expect(sentence).toContain(parts.repository);
    expect(sentence).toMatch(new RegExp(`the ${each.on} ${bench[each.on].host}`, "i"));
    expect(bench.retries()).toHaveLength(retries);
    // Nothing was made visible, and nothing is left half done.
    expect(bench.target.findTag(parts.repository, "v1") === null || code === "digest-mismatch").toBe(true);
    expect((await bench.target.verifyAll()).problems).toEqual([]);
    expect(bench.target.uploadCount()).toBe(0);
  });
});
