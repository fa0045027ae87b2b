import { z } from "zod";
import { auditActions, auditObjectTypes } from "#lib/audit-actions.ts";
import type { Role } from "#lib/db/generated/enums.ts";
import { listQuery } from "./list-query.ts";

/** A day as a date control gives it; a year of four digits, as people mean it. */
const day = z.union([z.literal(""), z.iso.date().regex(/^[1-9]/)]).catch("");

/** `search` looks at the names of who acted and of what was changed. */
export const auditQuery = listQuery(["at"], "desc").extend({
  action: z.enum(["", ...auditActions]).catch(""),
  objectType: z.enum(["", ...auditObjectTypes]).catch(""),
  organization: z.union([z.literal(""), z.literal("provider"), z.uuid()]).catch(""),
  from: day,
  to: day,
  /** The entry whose changes are shown. */
  open: z.string().max(30).catch(""),
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
