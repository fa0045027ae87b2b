import { describe, expect, it } from "vitest";
import { NotificationKind } from "#lib/db/generated/enums.ts";
import { locales } from "#lib/i18n/locales.ts";
import type { NotificationFacts } from "#lib/schemas/notifications.ts";
import { writeChannelText } from "./channel-text.ts";

const job = { id: "1", number: 12, kind: "mirror" as const };
const error = { code: "unauthorized", facts: { registry: "harbor.example.com", operation: "put-blob" } };
const facts: NotificationFacts = {
  job_failed: {
    ...{ job, target: "harbor.example.com/airgap", images: { total: 40, failed: 3 } },
    ...{ error, durationMs: 61_000 },
  },
  job_finished: {
    ...{ job, target: "harbor.example.com/airgap", images: { total: 40, failed: 0 } },
    ...{ error: null, durationMs: 61_000 },
  },
  drift_found: {
    ...{ job: { ...job, kind: "verify" }, target: "harbor.example.com/airgap" },
    ...{ images: { total: 40, missing: 1, different: 2, damaged: 0 }, extraTags: 4 },
  },
  schedule_skipped: {
    schedule: { id: "2", name: "nightly", kind: "mirror" },
    ...{ dueAt: "2026-03-01T03:00:00.000Z", outcome: "skipped" },
    error: { code: "schedule-overlap", facts: { number: 11 } },
  },
  certificate_expiring: {
    ...{ use: "server", subject: "harbor.example.com", fingerprint: "ab".repeat(32) },
    ...{ expiresAt: "2026-03-08T12:00:00.000Z", daysLeft: 7 },
    registries: [{ id: "3", name: "Harbor", host: "harbor.example.com" }],
    ...{ lists: [], channels: [], certificate: null },
  },
  test: { by: "admin" },
};
const organization = { name: "acme", displayName: "Acme" };
const write = (kind: NotificationKind, known: object, locale: (typeof locales)[number] = "en") =>
  writeChannelText(
    { kind, facts: known as Record<string, unknown>, organization },
    { name: "operators", locale },
    "https://drayage.example.com/jobs/1",
  );

describe.each(locales)("in %s", (locale) => {
  it.each(Object.values(NotificationKind))("tells %s in whole sentences, whatever is known", async (kind) => {
    for (const known of [facts[kind], {}, { job: null, images: 3, registries: [null], error: "none" }]) {
      const { title, text } = await write(kind, known, locale);
      expect(title.length).toBeGreaterThan(3);
      expect(title).not.toMatch(/\n/);
      expect(text).not.toMatch(/[{}]|undefined|null|NaN|notifications\.|errors\./);
      expect(text).toContain("https://drayage.example.com/jobs/1");
      expect(text).toContain("operators");
    }
  });
});

describe("in English, it", () => {
  it.each([
    ["job_failed", "Job #12 has failed: Publish, harbor.example.com/airgap", "3 of 40 images failed."],
    ["job_finished", "Job #12 is done: Publish, harbor.example.com/airgap", "It took 1 min 1 sec."],
    ["drift_found", "harbor.example.com/airgap is not as its source: 3 images differ of 40", "Missing: 1"],
    ["schedule_skipped", "The schedule “nightly” was skipped", "It was due at Mar 1, 2026, 03:00:00 UTC."],
    ["certificate_expiring", "A registry’s certificate expires in 7 days: Harbor", "valid until Mar 8, 2026"],
    ["test", "A test from Drayage", "admin has tried the channel."],
  ] as const)("says %s so", async (kind, title, detail) => {
    const said = await write(kind, facts[kind]);
    expect(said.title).toBe(title);
    expect(said.text).toContain(detail);
    expect(said.text).toContain("Organization: Acme");
  });

  it("says why", async () => {
    expect((await write("job_failed", facts.job_failed)).text).toContain("harbor.example.com");
    const { text } = await write("schedule_skipped", facts.schedule_skipped);
    expect(text).toMatch(/#11|11/);
  });

  it("says of a schedule that it has stopped, and what to do", async () => {
    const { title, text } = await write("schedule_skipped", {
      ...facts.schedule_skipped,
      outcome: "stopped",
    });
    expect(title).toBe("The schedule “nightly” has stopped");
    expect(text).toContain(
      "It starts nothing until somebody resumes it. It would have run at Mar 1, 2026, 03:00:00 UTC.",
    );
  });

  it("tells what is on its last day, and what is over", async () => {
    const left = async (daysLeft: number, use = "authority") =>
      (await write("certificate_expiring", { ...facts.certificate_expiring, daysLeft, use })).title;
    expect(await left(0)).toBe("A trusted certificate expires today: Harbor");
    expect(await left(1, "client")).toBe("A client certificate expires in 1 day: Harbor");
    expect(await left(-3)).toBe("A trusted certificate has expired: Harbor");
  });

  it("names all places of a certificate, and what to do in each", async () => {
    const everywhere = {
      ...{ ...facts.certificate_expiring, use: "authority", lists: ["bootstrap_vm", "cluster", "panel"] },
      channels: [{ id: "4", name: "operators" }],
    };
    const { title, text } = await write("certificate_expiring", everywhere);
    expect(title).toBe(
      "A trusted certificate expires in 7 days: Harbor, Bootstrap VM certificates, Cluster certificates, " +
        "this panel, channel operators",
    );
    expect(text).toContain("replace it with an overlap");
    expect(text).toContain("enter the new one there");
    const { registries: _registries, ...listed } = { ...everywhere, channels: [] };
    expect((await write("certificate_expiring", listed)).text).not.toContain("enter the new one there");
  });
});
