import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { engineErrorCodes, tarProblems } from "#lib/engine/oci/errors.ts";
import { appErrorCodes, type ErrorView } from "#lib/errors.ts";
import { createErrorText, type ErrorText, withoutImage } from "./error-text.ts";
import { createFormats } from "./formats.ts";
import { type Locale, locales } from "./locales.ts";
import { loadMessages } from "./messages.ts";

async function errorTextIn(locale: Locale): Promise<(error: ErrorView) => ErrorText> {
  const messages = await loadMessages(locale);
  const failLoudly = {
    onError: (error: Error) => {
      throw error;
    },
  };
  const translator = <N extends "errors" | "errorFacts" | "objects" | "states.job">(namespace: N) =>
    createTranslator({ locale, messages, namespace, ...failLoudly });
  return createErrorText(
    {
      errors: translator("errors"),
      errorFacts: translator("errorFacts"),
      objects: translator("objects"),
      "states.job": translator("states.job"),
    },
    createFormats(locale, "UTC"),
  );
}

const pull = {
  operation: "get-manifest",
  registry: "harbor.example.com",
  repository: "tkg/kapp",
  reference: "v1",
  side: "source",
  retryable: false,
};

describe.each(locales)("error texts in %s", (locale) => {
  it.each([...new Set([...appErrorCodes, ...engineErrorCodes])])(
    "makes whole sentences of %s without a single fact",
    async (code) => {
      const { title, hint } = (await errorTextIn(locale))({ code, facts: {} });
      expect(title).not.toMatch(/[{}]|undefined|NaN|errors\./);
      expect(title.length).toBeGreaterThan(3);
      if (!["reference-invalid", "list-line-invalid", "config-unreadable"].includes(code))
        expect(hint.length).toBeGreaterThan(3);
    },
  );
});

describe.each(locales)("texts of what is in use in %s", (locale) => {
  it("names whose it is, and that there are more", async () => {
    const text = await errorTextIn(locale);
    const facts = {
      what: "release",
      name: "TKG v2",
      by: "offer",
      count: 4,
      names: ["ACME", "Nuri"],
      forAll: true,
    };
    const { hint } = text({ code: "in-use", facts });
    expect(hint).toContain("ACME, Nuri, …");
    expect(hint).not.toBe(text({ code: "in-use", facts: { ...facts, forAll: false } }).hint);
    const whole = text({ code: "in-use", facts: { ...facts, count: 3 } }).hint;
    expect(whole).toContain("ACME, Nuri");
    expect(whole).not.toContain("…");
    const byJobs = { what: "release", name: "TKG v2", by: "job", count: 4 };
    expect(text({ code: "in-use", facts: byJobs }).hint).not.toMatch(/…|:\s*\.|\(\)/);
  });
});

describe.each(locales)("texts of what is wrong with a tar in %s", (locale) => {
  it.each(tarProblems)("says what %s means, in which file and where", async (tarProblem) => {
    const facts = {
      operation: "read-file",
      file: "carry-002.tar",
      offset: 1536,
      tarProblem,
      retryable: false,
    };
    const { title, hint } = (await errorTextIn(locale))({ code: "tar-invalid", facts });
    expect(title).toContain("carry-002.tar");
    expect(title).toContain("1536");
    // What is wrong, and what to do.
    expect(hint.split(/[.。]/).filter((sentence) => sentence.trim() !== "")).toHaveLength(2);
  });
});

describe("error texts", () => {
  it("names registry and image, and says what was being done", async () => {
    const text = (await errorTextIn("en"))({ code: "manifest-not-found", facts: pull });
    expect(text).toEqual({
      title: "harbor.example.com/tkg/kapp:v1 does not exist.",
      hint: "The name, tag or digest is not known there. Check it in the list, and whether the source still has the image.",
      context: "Reading a manifest: harbor.example.com/tkg/kapp:v1",
    });
  });

  it("names the host that failed when it is not the registry itself", async () => {
    const facts = { ...pull, origin: "https://auth.example.com:8443" };
    expect((await errorTextIn("ko"))({ code: "timeout", facts }).title).toContain("auth.example.com:8443");
  });

  it("tells rejected credentials from none", async () => {
    const errorText = await errorTextIn("en");
    expect(errorText({ code: "unauthorized", facts: { ...pull, credentialsSent: true } }).title).toBe(
      "harbor.example.com rejects the user name or password.",
    );
    expect(errorText({ code: "unauthorized", facts: pull }).title).toBe(
      "harbor.example.com asks for a sign-in.",
    );
  });

  it("says which right a refused request needs, where the target is read as well", async () => {
    const errorText = await errorTextIn("en");
    const hint = (facts: object) => errorText({ code: "forbidden", facts: { ...pull, ...facts } }).hint;
    expect(hint({ operation: "list-tags", side: "target" })).toContain("read (pull)");
    expect(hint({ operation: "put-manifest", side: "target" })).toContain("write (push)");
    expect(hint({ operation: "get-token", side: "target" })).toContain("write (push)");
    expect(hint({ operation: "get-token", side: "source" })).toContain("read (pull)");
  });

  it("says how long to wait, in words of the language", async () => {
    const facts = { ...pull, retryAfterMs: 90_000 };
    expect((await errorTextIn("ja"))({ code: "rate-limited", facts }).hint).toContain("1 分 30 秒");
  });

  it("explains a bad line of a list", async () => {
    const facts = {
      operation: "read-list",
      file: "list.txt",
      line: 7,
      problem: "scheme",
      value: "https://x/y:1",
    };
    expect((await errorTextIn("en"))({ code: "list-line-invalid", facts })).toMatchObject({
      title: "Line 7 of list.txt is not valid: https://x/y:1",
      hint: "Leave out http:// or https://.",
    });
  });

  it("says of a bundle which file is wrong, by how much, and what an increment lacks", async () => {
    const errorText = await errorTextIn("en");
    const cut = { file: "carry.tar", expectedBytes: 4 * 1024 ** 2, actualBytes: 1024 ** 2 };
    expect(errorText({ code: "bundle-file-truncated", facts: cut }).title).toBe(
      "carry.tar is cut short (1.0 MiB instead of 4.0 MiB).",
    );
    const lacking = { registry: "harbor.example.com", bundle: "spring", reference: "tkg/pause:3.7" };
    expect(errorText({ code: "bundle-base-missing", facts: lacking })).toMatchObject({
      title: "The bundle builds on an earlier one (spring) that is not wholly at harbor.example.com.",
      hint: "There is no tkg/pause:3.7. Import the earlier bundle to the same base path first, then this one.",
    });
    const full = { file: "/mnt/disk", requiredBytes: 9 * 1024 ** 3, availableBytes: 2 * 1024 ** 3 };
    expect(errorText({ code: "disk-full", facts: full }).hint).toMatch(
      /^9\.0 GiB are needed, 2\.0 GiB are free\. /,
    );
    expect(
      errorText({
        code: "disk-failed",
        facts: { file: "a.tar", operation: "write-file", platformCode: "EIO" },
      }),
    ).toMatchObject({
      title: "a.tar cannot be written.",
      hint: expect.stringContaining("EIO") as string,
    });
  });

  it("names no single image for a group of failures", async () => {
    const text = (await errorTextIn("en"))(withoutImage({ code: "manifest-not-found", facts: pull }));
    expect(text.title).toBe("Images do not exist at harbor.example.com.");
    expect(text.context).toBeNull();
  });

  it("keeps the code of an error that it does not know", async () => {
    const text = (await errorTextIn("en"))({ code: "from-a-newer-version", facts: {} });
    expect(text.hint).toContain("from-a-newer-version");
  });
});
