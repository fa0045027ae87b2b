import { z } from "zod";
import { type JobKind, type JobState, ScheduleKind, ScheduleOutcome } from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import { anyOf } from "./any-of.ts";
import { textLine } from "./checked-text.ts";
import { cronLine, timeZoneName } from "./cron.ts";
import { startJobInput } from "./jobs.ts";
import { listQuery } from "./list-query.ts";

const copied = startJobInput
  .pick({
    releaseIds: true,
    sourceRegistryId: true,
    sourceBasePath: true,
    destinationId: true,
    platforms: true,
    referrers: true,
    foreignLayers: true,
  })
  .extend({
    // A choice that was not made is an empty text.
    destinationId: z.uuid({ error: ({ input }) => (input === "" ? "required" : undefined) }),
  });

/** What a schedule starts, by its kind. */
export const scheduleWork = z.discriminatedUnion("kind", [
  copied.extend({ kind: z.literal(ScheduleKind.mirror) }),
  copied.extend({
    kind: z.literal(ScheduleKind.verify),
    /** Every manifest and layer at the target is read, too. */
    readBlobs: z.boolean().default(false),
  }),
  z.object({ kind: z.literal(ScheduleKind.publish) }),
  z.object({ kind: z.literal(ScheduleKind.refresh), releaseIds: startJobInput.shape.releaseIds }),
]);
export type ScheduleWork = z.output<typeof scheduleWork>;

export const createScheduleInput = z.object({
  name: textLine(80).min(1, "required"),
  cron: cronLine,
  timeZone: timeZoneName,
  /** Whose jobs it starts; null: the provider's. A tenant's are its own, whatever stands here. */
  organizationId: z.uuid().nullable().default(null),
  work: scheduleWork,
});
export type CreateScheduleInput = z.output<typeof createScheduleInput>;

/** The schedule that an action is about. */
export const scheduleInput = z.object({ scheduleId: z.uuid() });

export const updateScheduleInput = createScheduleInput.extend(scheduleInput.shape);
export type UpdateScheduleInput = z.output<typeof updateScheduleInput>;

/** `/schedules/[schedule]` */
export const scheduleParams = z.object({ schedule: z.uuid() });

export const schedulesQuery = listQuery(["name", "nextRunAt", "createdAt"]).extend({
  kind: anyOf(ScheduleKind),
  organization: z.uuid().optional().catch(undefined),
});
export type SchedulesQuery = z.output<typeof schedulesQuery>;

export const scheduleRunsQuery = listQuery(["at"], "desc").extend({
  outcome: anyOf(ScheduleOutcome),
});
export type ScheduleRunsQuery = z.output<typeof scheduleRunsQuery>;

export type ScheduleState = "active" | "paused" | "stopped";

/** What came of a time at which a schedule was due. */
export interface ScheduleRunView {
  id: string;
  at: string;
  /** Null while it is being started. */
  outcome: ScheduleOutcome | null;
  job: { id: string; number: number; kind: JobKind; state: JobState } | null;
  error: ErrorView | null;
}

export interface ScheduleRow {
  id: string;
  name: string;
  kind: ScheduleKind;
  cron: string;
  timeZone: string;
  organization: { id: string; name: string; displayName: string } | null;
  owner: { id: string; displayName: string };
  state: ScheduleState;
  /** Why it has stopped by itself. */
  stop: ErrorView | null;
  nextRunAt: string | null;
  lastRun: ScheduleRunView | null;
  /** Those that are still there. */
  releases: { id: string; name: string; version: string }[];
  target: { registryId: string; name: string; host: string; basePath: string } | null;
  /** Whether the reader may change it, pause it, run it. */
  mayChange: boolean;
}

export interface ScheduleDetail extends ScheduleRow {
  work: ScheduleWork;
  /** The registry that stands in for those that the releases name. */
  source: { registryId: string; name: string; host: string } | null;
  isOwn: boolean;
  createdAt: string;
}
