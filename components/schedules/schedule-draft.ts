import type { JobOptions } from "#components/start-job/job-options.tsx";
import type { PreviewInput } from "#components/start-job/path-preview.tsx";
import type { ScheduleKind } from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import { type CronPattern, formatCron, parseCronPattern } from "#lib/schemas/cron.ts";
import type { ScheduleDetail } from "#lib/schemas/schedules.ts";

export const timings = ["daily", "weekly", "monthly", "own"] as const;

/** What stands in the form of a schedule; of other kinds and other timings what was typed stays. */
export interface ScheduleDraft extends JobOptions {
  name: string;
  kind: ScheduleKind;
  organizationId: string | null;
  releaseIds: readonly string[];
  sourceRegistryId: string | null;
  sourceBasePath: string;
  destinationId: string;
  readBlobs: boolean;
  timing: (typeof timings)[number];
  time: string;
  weekday: number;
  monthday: number;
  /** A line of the person's own. */
  cron: string;
  timeZone: string;
}

export function newDraft(kind: ScheduleKind, timeZone: string): ScheduleDraft {
  return {
    // Said here, since the server has no values of components of the browser.
    ...{ platforms: null, referrers: false, foreignLayers: false },
    ...{ name: "", kind, organizationId: null, releaseIds: [], readBlobs: false },
    ...{ sourceRegistryId: null, sourceBasePath: "", destinationId: "" },
    ...{ timing: "daily", time: "03:00", weekday: 0, monthday: 1, cron: "0 3 * * *", timeZone },
  };
}

export function draftOf({ name, cron, timeZone, organization, work }: ScheduleDetail): ScheduleDraft {
  const draft = { ...newDraft(work.kind, timeZone), name, organizationId: organization?.id ?? null };
  Object.assign(draft, work, { cron }, readTiming(parseCronPattern(cron)));
  if ("platforms" in work && work.platforms.length === 0) draft.platforms = null;
  return draft;
}

function readTiming(pattern: CronPattern): Partial<ScheduleDraft> {
  switch (pattern.kind) {
    case "daily":
      return { timing: "daily", time: pattern.time };
    case "weekly":
      return { timing: "weekly", time: pattern.time, weekday: pattern.day };
    case "monthly":
      return { timing: "monthly", time: pattern.time, monthday: pattern.day };
    default:
      return { timing: "own" };
  }
}

/** The line that the draft stands for; of a time that is not typed in full none that holds. */
export function cronOf({ timing, time, weekday, monthday, cron }: ScheduleDraft): string {
  if (timing === "own") return cron;
  if (!/^\d\d:\d\d$/.test(time)) return "";
  if (timing === "daily") return formatCron({ kind: timing, time });
  return formatCron({ kind: timing, time, day: timing === "weekly" ? weekday : monthday });
}

/** What is sent. */
export function inputOf(draft: ScheduleDraft) {
  const { name, kind, timeZone, organizationId } = draft;
  return { name, cron: cronOf(draft), timeZone, organizationId, work: workOf(draft, kind) };
}

function workOf(draft: ScheduleDraft, kind: ScheduleKind) {
  const releaseIds = [...draft.releaseIds];
  if (kind === "publish") return { kind };
  if (kind === "refresh") return { kind, releaseIds };
  const { sourceRegistryId, sourceBasePath, destinationId, referrers, foreignLayers, readBlobs } = draft;
  const platforms = [...(draft.platforms ?? [])];
  const places = { releaseIds, sourceRegistryId, sourceBasePath, destinationId };
  const copied = { ...places, platforms, referrers, foreignLayers };
  return kind === "mirror" ? { kind, ...copied } : { kind, ...copied, readBlobs };
}

/** From where to where its jobs go; null until that is chosen, and of kinds for which it is decided elsewhere. */
export function placesOf(draft: ScheduleDraft): PreviewInput | null {
  const { kind, releaseIds, sourceRegistryId, sourceBasePath, destinationId, organizationId } = draft;
  if (kind !== "mirror" && kind !== "verify") return null;
  if (releaseIds.length === 0 || destinationId === "") return null;
  return { releaseIds: [...releaseIds], sourceRegistryId, sourceBasePath, destinationId, organizationId };
}

/** An error of the whole input as one of the form's fields. */
export function flattenError(error: ErrorView | null): ErrorView | null {
  if (error?.code !== "invalid-input") return error;
  const fields = Object.entries(error.facts.fields ?? {}).map(([name, value]) => [
    name.replace(/^work\./, ""),
    value as unknown,
  ]);
  return { code: error.code, facts: { fields: Object.fromEntries(fields) as object } };
}
