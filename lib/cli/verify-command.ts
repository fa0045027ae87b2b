import { parseArgs } from "node:util";
import { findExtraTags, groupTags, type RepositoryExtras } from "../engine/mirror/extra-tags.ts";
import { createRegistrySource, type ListedItem } from "../engine/mirror/index.ts";
import type { Verdict } from "../engine/mirror/verify-image.ts";
import { createVerifySession } from "../engine/mirror/verify-session.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { formatImagePath, formatReference } from "../engine/oci/reference.ts";
import type { RegistryClient } from "../engine/oci/registry-client.ts";
import { copyArguments, parseCopyValues, type CopyOptions } from "./copy-options.ts";
import { describeFailure } from "./describe-failure.ts";
import { openRegistries, type OpenRegistries } from "./open-registries.ts";
import { readItems } from "./read-list.ts";
import { commonUsage, describeConnections, listUsage, sourceUsage } from "./side-options.ts";
import { describeUsage, parsed } from "./usage-error.ts";

const verifyUsage = `Usage: drayage verify --from REGISTRY[/BASE] --to REGISTRY[/BASE] --list FILE [options]

Compares the images of a list at the source and at the target, and says what is missing, different, damaged, or there
besides. Nothing is written.

Options:
${sourceUsage}  --to REGISTRY[/BASE]    where they should be

Connections, of the source and of the target:
${describeConnections("from", "to")}
What is compared:
  --blobs                 also every manifest and blob at the target, read to its end and held to its digest
  --platform OS/ARCH      of an index only the images for this platform; may be repeated; for what was copied so
  --referrers             with --blobs, also the signatures, attestations and SBOMs at the target; for what was copied so
  --include-foreign       with --blobs, also layers that may not be redistributed freely; for what was copied so
  --no-extra              do not list what else stands in the target's repositories

${commonUsage}
${listUsage}
Exit status: 0 all is the same, 1 something differs or cannot be asked, 2 the command or the list is wrong.
`;

interface VerifyOptions extends CopyOptions {
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
  const cancelling = new AbortController();
  const onInterrupt = () => cancelling.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  try {
    const compared = await compareAll(options, items, registries, cancelling.signal);
    const extra = options.extra ? await findExtra(items, registries.target, cancelling.signal) : [];
    return report(options, items.length, { compared, extra }, performance.now() - startedAt);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await registries.close();
  }
}

function parseOptions(args: readonly string[]): VerifyOptions | "help" {
  const own = {
    blobs: { type: "boolean", default: false },
    "no-extra": { type: "boolean", default: false },
  } as const;
  const values = parsed(() => parseArgs({ args: [...args], options: { ...copyArguments, ...own } }).values);
  if (values.help) return "help";
  return { ...parseCopyValues(values), blobs: values.blobs, extra: !values["no-extra"] };
}

async function compareAll(
  { blobs, scope, concurrency }: VerifyOptions,
  items: readonly ListedItem[],
  registries: OpenRegistries,
  signal: AbortSignal,
): Promise<Finding[]> {
  const session = createVerifySession({
    source: registries.source,
    target: createRegistrySource(registries.target, "target"),
    blobs,
    scope,
    limits: { images: concurrency },
  });
  const found = await Promise.all(
    items.map(async ({ item }): Promise<Finding | null> => {
      const image = `${registries.target.registry}/${formatImagePath(item.target)}`;
      try {
        return describeVerdict(image, await session.verify(item, { signal }));
      } catch (error) {
        if (signal.aborted) return { image, state: "failed", message: "cancelled" };
        if (!(error instanceof EngineError)) throw error;
        return { image: formatReference(item.source), state: "failed", message: describeFailure(error) };
      }
    }),
  );
  return found.filter((each) => each !== null);
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

/** What stands in the repositories of the list without being on it, in the order of the list. */
async function findExtra(
  items: readonly ListedItem[],
  target: RegistryClient,
  signal: AbortSignal,
): Promise<Finding[]> {
  const listed = groupTags(items.map(({ item }) => item.target));
  const found = new Map<string, RepositoryExtras>();
  try {
    await findExtraTags(listed, {
      listTags: (...request) => target.listTags(...request),
      onRepository: (each) => void found.set(each.repository, each),
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [...listed.keys()].flatMap((repository): Finding[] => {
    const image = `${target.registry}/${repository}`;
    const extras = found.get(repository);
    if (extras === undefined) return [{ image, state: "failed", message: "cancelled" }];
    if ("error" in extras) return [{ image, state: "failed", message: describeFailure(extras.error) }];
    const message = "is not on the list";
    return extras.tags.map((tag) => ({ image: `${image}:${tag}`, state: "extra", message }));
  });
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
