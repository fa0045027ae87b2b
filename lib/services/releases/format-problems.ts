import type { Prisma } from "#lib/db/generated/client.ts";
import type { ErrorView } from "#lib/errors.ts";
import { formatStorableJson } from "#lib/storable-text.ts";

const maxProblems = 100;

/** What of a release's documents could not be used, as its row keeps it. */
export function formatProblems(problems: readonly { code: string; facts: object }[]): Prisma.InputJsonValue {
  const views = problems
    .slice(0, maxProblems)
    .map(({ code, facts }): ErrorView => ({ code, facts: { ...facts } }));
  return JSON.parse(formatStorableJson(views)) as Prisma.InputJsonValue;
}
