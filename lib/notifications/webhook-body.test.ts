import fc from "fast-check";
import { expect, it } from "vitest";
import { formatWebhookBody, type WebhookEvent } from "./webhook-body.ts";

const event: WebhookEvent = {
  id: "0199c0de-0000-7000-8000-000000000001",
  kind: "drift_found",
  at: new Date("2026-03-01T12:00:00.789Z"),
  summary: "harbor.example.com is not as its source: 1 image differs of 3",
  link: "https://drayage.example.com/jobs/0199c0de-0000-7000-8000-000000000002",
  organization: { name: "acme", displayName: "Acme" },
  facts: { target: "harbor.example.com", images: { total: 3, missing: 1, different: 0, damaged: 0 } },
};

it("has the form that is documented", () => {
  expect(JSON.parse(formatWebhookBody(event))).toEqual({
    version: 1,
    id: event.id,
    event: "drift_found",
    at: "2026-03-01T12:00:00.789Z",
    summary: event.summary,
    link: event.link,
    organization: { name: "acme", displayName: "Acme" },
    facts: event.facts,
  });
});

it("says the same whenever it is said again, on one line", () => {
  const fact = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 3 }));
  const facts = fc.dictionary(fc.string(), fact, { maxKeys: 5 });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), facts, (summary, known) => {
      const body = formatWebhookBody({ ...event, summary, facts: known });
      expect(body).toBe(formatWebhookBody({ ...event, summary, facts: known }));
      expect(body).not.toContain("\n");
      expect((JSON.parse(body) as { summary: string }).summary).toBe(summary);
    }),
  );
});
