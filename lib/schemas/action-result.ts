import type { ErrorView } from "#lib/errors.ts";

/** What every action returns: a value or an error, both plain data. */
export type ActionResult<T> = { ok: true; value: T } | { ok: false; error: ErrorView };
