import { parseArgs } from "node:util";
import { createRegistrySource, type ContentScope, type ListedItem } from "../engine/mirror/index.ts";
import type { Verdict } from "../engine/mirror/verify-image.ts";
import { createVerifySession } from "../engine/mirror/verify-session.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { formatImagePath, formatReference, type Repository } from "../engine/oci/reference.ts";
import type { RegistryClient } from "../engine/oci/registry-client.ts";
import { parsed, parseEnds, parsePlatforms, type CopyOptions } from "./copy-options.ts";
import { describeFailure } from "./describe-failure.ts";
import { openRegistries, type OpenRegistries } from "./open-registries.ts";
import { readItems } from "./read-list.ts";
import { listUsage, registryArguments, registryUsage } from "./side-options.ts";
import { describeUsage } from "./usage-error.ts";

const verifyUsage = `Usage: drayage verify --from REGISTRY[/BASE] --to REGISTRY[/BASE] --list FILE [options]

Compares the images of a list at the source and at the target, and says what is missing, different, damaged, or there
besides. Nothing is written.

Options:
${registryUsage}
What is compared:
  --blobs                 also every manifest and blob at the target, read to its end and held to its digest
  --platform OS/ARCH      of an index only the images for this platform; may be repeated; for what was copied so
  --no-extra              do not list what else stands in the target's repositories

  --concurrency N         images at once, 1 to 64 (16 unless given)
  --json                  end with one line of JSON on standard output
  --help                  show this text

${listUsage}
Exit status: 0 all is the same, 1 something differs or cannot be asked, 2 the command or the list is wrong.
`;

interface VerifyOptions extends Omit<CopyOptions, "scope"> {
  readonly scope: ContentScope;
  readonly blobs: boolean;
  readonly extra: boolean;
}

interface Finding {
  readonly image: string;
  readonly state: Exclude<Verdict["state"], "same"> | "extra" | "failed";
  readonly message: string;
}

/** `drayage verify`. @returns the exit status */
export async function runVerifyCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  let options: VerifyOptions;
  let items: ListedItem[];
  let registries: OpenRegistries;
  try {
    const given = parseOptions(args);
    if (given === "help") {
      process.stdout.write(verifyUsage);
      return 0;
    }
    options = given;
    items = await readItems(options.listPath, options);
    registries = await openRegistries(options, items, "pull");
  } catch (error) {
    process.stderr.write(`drayage verify: ${describeUsage(error)}\n`);
    return 2;
  }
  try {
    const compared = await compareAll(options, items, registries);
    const extra = options.extra ? await findExtra(items, registries.target) : [];
    return report(options, items.length, { compared, extra }, performance.now() - startedAt);
  } finally {
    await registries.close();
  }
}

function parseOptions(args: readonly string[]): VerifyOptions | "help" {
  const own = {
    blobs: { type: "boolean", default: false },
    "no-extra": { type: "boolean", default: false },
  } as const;
  const values = parsed(
    () => parseArgs({ args: [...args], options: { ...registryArguments, ...own } }).values,
  );
  if (values.help) return "help";
  return {
    ...parseEnds(values),
    scope: parsePlatforms(values.platform),
    blobs: values.blobs,
    extra: !values["no-extra"],
  };
}

async function compareAll(
  { blobs, scope, concurrency }: VerifyOptions,
  items: readonly ListedItem[],
  registries: OpenRegistries,
): Promise<Finding[]> {
  const cancelling = new AbortController();
  const onInterrupt = () => cancelling.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const session = createVerifySession({
    source: registries.source,
    target: createRegistrySource(registries.target, "target"),
    blobs,
    scope,
    limits: { images: concurrency },
  });
  try {
    const found = await Promise.all(
      items.map(async ({ item }): Promise<Finding | null> => {
        const image = `${registries.target.registry}/${formatImagePath(item.target)}`;
        try {
          return describeVerdict(image, await session.verify(item, { signal: cancelling.signal }));
        } catch (error) {
          if (cancelling.signal.aborted) return { image, state: "failed", message: "cancelled" };
          if (!(error instanceof EngineError)) throw error;
          return { image: formatReference(item.source), state: "failed", message: describeFailure(error) };
        }
      }),
    );
    return found.filter((each) => each !== null);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
  }
}

function describeVerdict(image: string, verdict: Verdict): Finding | null {
  switch (verdict.state) {
    case "same":
      return null;
    case "missing":
      return {
        image,
        state: "missing",
        message: `is not at the target; the source has ${verdict.sourceDigest}`,
      };
    case "different": {
      const { targetDigest, sourceDigest } = verdict;
      return { image, state: "different", message: `is ${targetDigest}; the source has ${sourceDigest}` };
    }
    case "damaged":
      return { image, state: "damaged", message: describeFailure(verdict.cause) };
  }
}

/** Tags that tools keep beside an image: of bundles, of referrers, of signatures. */
const companionPattern = /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{64,128})(?:\.[a-z-]+)*$/;

/** What stands in the repositories of the list without being on it. */
async function findExtra(items: readonly ListedItem[], target: RegistryClient): Promise<Finding[]> {
  const listed = new Map<Repository, Set<string>>();
  for (const { item } of items) {
    const tags = listed.get(item.target.repository) ?? new Set();
    if (item.target.tag !== undefined) tags.add(item.target.tag);
    listed.set(item.target.repository, tags);
  }
  const findings: Finding[] = [];
  for (const [repository, tags] of listed) {
    const image = `${target.registry}/${repository}`;
    try {
      for (const tag of await target.listTags(repository)) {
        if (tags.has(tag) || companionPattern.test(tag)) continue;
        findings.push({ image: `${image}:${tag}`, state: "extra", message: "is not on the list" });
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      findings.push({ image, state: "failed", message: describeFailure(error) });
    }
  }
  return findings;
}

/** Extra images are told, but are nothing wrong. */
function report(
  { json }: VerifyOptions,
  images: number,
  { compared, extra }: { readonly compared: readonly Finding[]; readonly extra: readonly Finding[] },
  durationMs: number,
): number {
  const findings = [...compared, ...extra];
  const count = (state: Finding["state"]) => findings.filter((each) => each.state === state).length;
  const counts = {
    missing: count("missing"),
    different: count("different"),
    damaged: count("damaged"),
    failed: count("failed"),
    extra: count("extra"),
  };
  const same = images - compared.length;
  for (const { image, state, message } of findings) process.stderr.write(`${state}: ${image} ${message}\n`);
  const summary = { images, same, ...counts, durationMs: Math.round(durationMs), findings };
  const words = Object.entries(counts).map(([state, number]) => `${number} ${state}`);
  process.stdout.write(
    json ? `${JSON.stringify(summary)}\n` : `${images} images: ${same} the same, ${words.join(", ")}\n`,
  );
  return findings.length === counts.extra ? 0 : 1;
}
