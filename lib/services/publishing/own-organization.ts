import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { AppError } from "#lib/errors.ts";

/** @throws AppError `not-found` for what is not the tenant's own */
export function assertOwn(access: Access<"selection.read">, organizationId: string): void {
  if (access.organizationId === null || access.organizationId === organizationId) return;
  throw new AppError("not-found", { what: "organization" });
}
