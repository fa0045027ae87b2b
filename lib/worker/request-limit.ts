import type { MirrorEvent } from "#lib/engine/mirror/index.ts";

/** A registry's refusal of more requests. */
export interface RequestLimit {
  registry: string;
  /** When it is asked again, in milliseconds since 1970. */
  until: number;
}

/** What a failed attempt says of a registry's budget of requests; null when it failed for another cause. */
export function findRequestLimit({
  cause,
  nextAttemptAt,
}: Pick<Extract<MirrorEvent, { type: "retrying" }>, "cause" | "nextAttemptAt">): RequestLimit | null {
  if (cause.code !== "rate-limited") return null;
  const { registry, origin } = cause.facts;
  return { registry: registry ?? origin ?? "", until: nextAttemptAt };
}
