import { describe, expect, it } from "vitest";
import { createScheduleInput, type ScheduleDetail } from "#lib/schemas/schedules.ts";
import { cronOf, draftOf, flattenError, inputOf, newDraft, placesOf } from "./schedule-draft.ts";

const id = "00000000-0000-4000-8000-000000000000";
const copied = {
  ...{ releaseIds: [id], sourceRegistryId: null, sourceBasePath: "", destinationId: id },
  ...{ platforms: ["linux/amd64"], referrers: true, foreignLayers: false },
};

describe("a draft of a schedule", () => {
  it.each([
    { kind: "mirror" as const, ...copied },
    { kind: "verify" as const, ...copied, platforms: [], readBlobs: true },
    { kind: "publish" as const },
    { kind: "refresh" as const, releaseIds: [id] },
  ])("of a stored one is sent as it was: $kind", (work) => {
    for (const cron of ["0 3 * * *", "5 14 * * 2", "0 0 15 * *", "*/15 * * * *"]) {
      const stored = { name: "nightly", cron, timeZone: "Asia/Seoul", organization: { id }, work };
      const draft = draftOf(stored as ScheduleDetail);
      expect(createScheduleInput.parse(inputOf(draft))).toEqual({
        ...{ name: "nightly", cron, timeZone: "Asia/Seoul", organizationId: id, work },
      });
    }
  });

  it("keeps what was typed for another timing, and has no line for half a time", () => {
    const draft = newDraft("publish", "UTC");
    expect(cronOf(draft)).toBe("0 3 * * *");
    expect(cronOf({ ...draft, timing: "monthly", monthday: 28 })).toBe("0 3 28 * *");
    expect(cronOf({ ...draft, timing: "own", cron: "x" })).toBe("x");
    expect(cronOf({ ...draft, time: "" })).toBe("");
  });

  it("shows paths once it is said from where to where, and only where the schedule says so", () => {
    const draft = { ...newDraft("mirror", "UTC"), releaseIds: [id], destinationId: id };
    expect(placesOf(draft)).toMatchObject({ releaseIds: [id], destinationId: id, sourceRegistryId: null });
    expect(placesOf({ ...draft, kind: "verify" })).not.toBeNull();
    expect(placesOf({ ...draft, destinationId: "" })).toBeNull();
    expect(placesOf({ ...draft, releaseIds: [] })).toBeNull();
    expect(placesOf({ ...draft, kind: "publish" })).toBeNull();
  });

  it("has the errors of what it is for as its own", () => {
    const field = { code: "required", facts: {} };
    const error = { code: "invalid-input", facts: { fields: { "work.destinationId": field, name: field } } };
    expect(flattenError(error)?.facts.fields).toEqual({ destinationId: field, name: field });
    expect(flattenError({ code: "not-found", facts: {} })?.code).toBe("not-found");
  });
});
