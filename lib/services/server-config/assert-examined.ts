import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { AppError } from "#lib/errors.ts";
import {
  checkContainerRegistryUrl,
  checkLifetimeMs,
  codesOf,
  findClusterProblems,
} from "#lib/schemas/container-registry.ts";
import { digestLists, findCheckedRun } from "../doctor/index.ts";
import { nodeListsOf } from "./node-lists.ts";
import { registryUrlOf } from "./registry-url.ts";

/**
 * Nobody has clusters pull from another URL without knowing: it was examined just now with the lists that are saved with
 * it, and what was found to keep clusters from pulling is confirmed by name.
 *
 * @param confirmed what keeps clusters from pulling, as `findClusterProblems` names it, and is to be so
 * @returns what keeps clusters from pulling from the new URL
 * @throws AppError `registry-unchecked`, `registry-problems`
 */
export async function assertExamined(
  tx: ChangeTransaction,
  before: ConfigDocument | null,
  after: ConfigDocument,
  confirmed: readonly string[],
): Promise<string[]> {
  const registry = registryUrlOf(after);
  if (registry === registryUrlOf(before)) return [];
  const place = checkContainerRegistryUrl(registry).url;
  const run = place && (await findCheckedRun(tx, place, digestLists(nodeListsOf(after))));
  const isKnown = run && Date.now() - new Date(run.finishedAt).getTime() <= checkLifetimeMs;
  if (!isKnown) throw new AppError("registry-unchecked", { registry });
  const problems = codesOf(findClusterProblems(registry, run.findings));
  const unconfirmed = problems.filter((code) => !confirmed.includes(code));
  if (unconfirmed.length > 0) {
    throw new AppError("registry-problems", { registry, count: unconfirmed.length, problems: unconfirmed });
  }
  return problems;
}
