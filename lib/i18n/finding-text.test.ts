import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { findingCodes, findingSeverities } from "#lib/domain/doctor/finding.ts";
import { doctorSteps, trustLists } from "#lib/domain/doctor/doctor-step.ts";
import { nodeCommandPurposes } from "#lib/domain/doctor/node-commands.ts";
import { createErrorText, type DynamicTranslator } from "./error-text.ts";
import { createFindingText } from "./finding-text.ts";
import { createFormats } from "./formats.ts";
import { type Locale, locales } from "./locales.ts";
import { loadMessages } from "./messages.ts";

async function open(locale: Locale) {
  const messages = await loadMessages(locale);
  const failures: string[] = [];
  const translator = (namespace: string) =>
    createTranslator({
      locale,
      messages,
      namespace: namespace as "doctorFindings",
      timeZone: "UTC",
      onError: (error) => failures.push(error.message),
    }) as unknown as DynamicTranslator;
  const formats = createFormats(locale, "UTC");
  const errorText = createErrorText(
    {
      errors: translator("errors"),
      errorFacts: translator("errorFacts"),
      objects: translator("objects"),
      "states.job": translator("states.job"),
    },
    formats,
  );
  return {
    messages,
    failures,
    textOf: createFindingText(translator("doctorFindings"), formats, errorText),
  };
}

/** What is to be done stands in the findings that say why. */
const explainedBeside: readonly string[] = ["trust-refused"];

describe.each(locales)("findings in %s", (locale) => {
  it("have what was seen; where something is wrong, what it means and what to do", async () => {
    const { codes, steps, lists } = (await open(locale)).messages.doctorFindings;
    expect(Object.keys(codes).toSorted()).toEqual(findingCodes.toSorted());
    const silent = findingCodes.filter((code) => {
      const texts: { seen: string; means?: string; next?: string } = codes[code];
      const severity = findingSeverities[code];
      const isFine = severity === "ok" || severity === "skipped";
      if (isFine) return false;
      return texts.means === undefined || (texts.next === undefined && !explainedBeside.includes(code));
    });
    expect(silent).toEqual([]);
    expect(Object.keys(steps).toSorted()).toEqual([...doctorSteps].toSorted());
    expect(Object.keys(lists).toSorted()).toEqual([...trustLists].toSorted());
  });

  it("are told without a fact that is missing, as an older version may have stored them", async () => {
    const { textOf, failures } = await open(locale);
    for (const code of findingCodes) {
      const { seen } = textOf({ code, facts: {} });
      expect([code, seen, /undefined|\{\w/.test(seen)]).toEqual([code, seen, false]);
    }
    expect(failures).toEqual([]);
  });

  it("have a word for each command", async () => {
    const { purposes } = (await open(locale)).messages.doctor;
    expect(Object.keys(purposes).toSorted()).toEqual([...nodeCommandPurposes].toSorted());
  });
});

describe("a finding's text", () => {
  it("names what the facts name", async () => {
    const { textOf } = await open("en");
    const refused = textOf({
      code: "reach-refused",
      facts: {
        host: "harbor.lab",
        port: 8443,
        failed: [{ address: "10.0.0.5", failure: "connection-refused", platformCode: "ECONNREFUSED" }],
      },
    });
    expect(refused.seen).toBe("harbor.lab refuses connections on port 8443: 10.0.0.5 (ECONNREFUSED)");
    const expired = textOf({
      code: "chain-expired",
      facts: {
        ...{ host: "harbor.lab", lists: ["cluster", "panel"], position: "leaf" },
        ...{ certificate: { fingerprint: "ab", subject: "CN=harbor.lab" }, notAfter: "2026-01-02T03:04:00Z" },
      },
    });
    expect(expired.seen).toBe("The certificate of harbor.lab expired on Jan 2, 2026, 03:04: CN=harbor.lab");
    expect(expired.means).toContain("Refused by: Cluster certificates, this panel.");
  });

  it("makes a sentence of what failed on the way", async () => {
    const { textOf } = await open("en");
    const facts = { path: "harbor.lab/tkg", failure: "timeout", platformCode: null, status: null };
    expect(textOf({ code: "push-failed", facts }).seen).toBe(
      "Whether the stored account may push to harbor.lab/tkg could not be told: harbor.lab did not answer in time.",
    );
  });

  it("says what else there is to an accepted chain", async () => {
    const { textOf } = await open("en");
    const certificate = { fingerprint: "ab", subject: "CN=Lab CA" };
    const facts = {
      ...{ host: "harbor.lab", list: "panel", anchor: certificate, anchorIsCommon: false },
      notes: [{ code: "root-sent", certificate }, { code: "new-in-a-later-version" }],
    };
    const { notes } = textOf({ code: "trust-accepted", facts });
    expect(notes).toEqual(["The server sends the root itself (CN=Lab CA), which nobody takes from it."]);
  });

  it("admits what it does not know", async () => {
    const { textOf } = await open("en");
    expect(textOf({ code: "from-the-future", facts: {} })).toEqual({
      seen: "from-the-future: this version does not know what that means.",
      means: null,
      next: null,
      notes: [],
    });
  });
});
