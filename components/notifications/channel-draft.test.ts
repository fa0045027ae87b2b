import { describe, expect, it } from "vitest";
import { createChannelInput, type ChannelDetail } from "#lib/schemas/notifications.ts";
import { draftOf, inputOf, newDraft } from "./channel-draft.ts";

const detail: ChannelDetail = {
  ...{ id: "1", name: "operators", kind: "smtp", address: "mail.example.com:465", url: "", proxyUrl: "" },
  ...{ host: "mail.example.com", port: 465, security: "tls", username: "drayage", sender: "a@example.com" },
  ...{ recipients: ["ops@example.com", "oncall@example.com"], caPem: "", hasPassword: true, locale: "ko" },
  ...{ events: ["job_failed", "drift_found"], organization: null, state: "active", stop: null },
  ...{ lastAttemptAt: null, lastError: null, createdAt: "2026-03-01T12:00:00.000Z" },
};

describe("the form of a channel", () => {
  it("sends what is stored as it is, without a secret", () => {
    expect(createChannelInput.parse(inputOf(draftOf(detail)))).toEqual({
      ...{ kind: "smtp", name: "operators", host: "mail.example.com", port: 465, security: "tls" },
      ...{ username: "drayage", password: "", sender: "a@example.com", caPem: "", locale: "ko" },
      ...{ recipients: detail.recipients, events: ["job_failed", "drift_found"], onlyOrganizationId: null },
    });
  });

  it("sends nothing of the kind that is not chosen", () => {
    const draft = { ...newDraft("en"), name: "a", url: "https://a.example.com", password: "typed before" };
    const parsed = createChannelInput.parse(inputOf(draft));
    expect(parsed).not.toHaveProperty("password");
    expect(parsed).not.toHaveProperty("host");
    expect(parsed.events).not.toContain("job_finished");
  });
});

const wrong = (change: object) => {
  const draft = { ...newDraft("en"), name: "a", url: "https://a.example.com", ...change };
  const { error } = createChannelInput.safeParse(inputOf(draft));
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};
const mail = {
  ...{ kind: "smtp", host: "mail.example.com", port: "587", sender: "a@example.com" },
  recipients: "ops@example.com",
};

describe("an entry", () => {
  it.each([
    [{ url: "" }, "url: required"],
    [{ url: "chat.example.com" }, "url: url-format"],
    [{ url: "ftp://chat.example.com" }, "url: url-format"],
    [{ url: "https://me:pw@chat.example.com" }, "url: url-has-credentials"],
    [{ url: "https://chat.example.com/#top" }, "url: url-format"],
    [{ secret: "short" }, "secret: secret-too-short"],
    [{ secret: "with spaces in it, sixteen" }, "secret: secret-format"],
    [{ proxyUrl: "http://me:pw@proxy:3128" }, "proxyUrl: url-has-credentials"],
    [{ proxyUrl: "proxy:3128" }, "proxyUrl: proxy-format"],
    [{ events: [] }, "events: events-needed"],
    [{ name: "" }, "name: required"],
    [{ ...mail, host: "" }, "host: required"],
    [{ ...mail, host: "smtp://mail.example.com" }, "host: host-has-scheme"],
    [{ ...mail, host: "mail.example.com:25" }, "host: mail-host-format"],
    [{ ...mail, port: "" }, "port: port-format"],
    [{ ...mail, port: "70000" }, "port: port-format"],
    [{ ...mail, sender: "Drayage <a@example.com>" }, "sender: mail-address-format"],
    [{ ...mail, recipients: " ,\n" }, "recipients: required"],
    [{ ...mail, recipients: "ops@example.com, nobody" }, "recipients: mail-address-format"],
    [
      { ...mail, recipients: Array.from({ length: 21 }, (_, each) => `a${each}@example.com`).join() },
      "recipients: too-many-recipients",
    ],
    [{ ...mail, password: "x" }, "username: password-without-username"],
  ])("%j is told what is wrong", (change, message) => {
    expect(wrong(change)).toEqual([message]);
  });

  it.each([
    { url: "http://10.0.0.1:8080/hooks?room=7" },
    { secret: "sixteen-signs-xx" },
    { ...mail, host: "[::1]" },
    { ...mail, host: "10.0.0.1", recipients: "a@b, a@b;c@d.example\ne@f" },
  ])("%j is taken", (change) => {
    expect(wrong(change)).toBeUndefined();
  });
});
