import { z } from "zod";
import type { Role } from "#lib/db/generated/enums.ts";
import { listQuery } from "./list-query.ts";

/** A day as a date control gives it. */
const day = z.union([z.literal(""), z.iso.date()]).catch("");

/** `search` looks at the names of who acted and of what was changed. */
export const auditQuery = listQuery(["at"], "desc").extend({
  action: z.string().max(100).catch(""),
  objectType: z.string().max(100).catch(""),
  organization: z.union([z.literal(""), z.literal("provider"), z.uuid()]).catch(""),
  from: day,
  to: day,
});
export type AuditQuery = z.output<typeof auditQuery>;

/** `since` inclusive, `until` exclusive. */
export interface AuditPeriod {
  since: Date | null;
  until: Date | null;
}

export interface AuditRow {
  id: string;
  at: string;
  actorName: string;
  role: Role | null;
  organization: { id: string; displayName: string } | null;
  action: string;
  objectType: string;
  objectId: string;
  objectName: string;
  before: unknown;
  after: unknown;
  requestId: string;
  address: string;
}

/** What may be filtered by. */
export interface AuditChoices {
  actions: string[];
  objectTypes: string[];
}
