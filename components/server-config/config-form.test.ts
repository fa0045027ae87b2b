import { expect, it } from "vitest";
import { textFields, type ServerConfig, type TextField } from "#lib/schemas/server-config.ts";
import { changeText, findFormProblems, isElsewhere, tabOf } from "./config-form.ts";

const empty = Object.fromEntries(textFields.map((field) => [field, ""])) as Record<TextField, string>;
const config: Pick<ServerConfig, "number" | "values" | "problems" | "laterFields"> = {
  number: 7,
  values: {
    ...empty,
    ...{ syslogHost: "", syslogPort: "", noProxy: "localhost,127.0.0.1,cluster.local,.svc" },
    ...{ heartbeatTimeoutMinutes: "10", staleHeartbeatMinutes: "30", capvcdVersion: "v1.3.2" },
    httpProxy: "http://***@proxy.example.com:3128",
  },
  problems: [],
  laterFields: [],
};
const codesOf = (texts: Parameters<typeof findFormProblems>[1], of = config) =>
  findFormProblems(of, texts).map(({ field, code }) => `${field} ${code}`);

it("keeps what differs from what is saved, and the revision that it was typed into", () => {
  const begun = changeText(config, { texts: {}, seen: 3 }, "sizingPolicy", "TKG large");
  expect(begun).toEqual({ texts: { sizingPolicy: "TKG large" }, seen: 7 });
  const later = { ...config, number: 9 };
  const more = changeText(later, begun, "syslogPort", "514");
  expect(more).toEqual({ texts: { sizingPolicy: "TKG large", syslogPort: "514" }, seen: 7 });
  expect(changeText(later, more, "sizingPolicy", "")).toEqual({ texts: { syslogPort: "514" }, seen: 7 });
});

it("takes an empty token for one that is to go, and none for one that stays", () => {
  const removed = changeText(config, { texts: {}, seen: 7 }, "githubToken", "");
  expect(removed.texts).toEqual({ githubToken: "" });
  expect(changeText(config, removed, "githubToken", undefined).texts).toEqual({});
});

it("tells what is wrong with what is typed, alone and together with what is saved", () => {
  expect(codesOf({})).toEqual([]);
  expect(codesOf({ staleHeartbeatMinutes: "5" })).toEqual(["staleHeartbeatMinutes not-longer"]);
  expect(codesOf({ nodeStartupTimeout: "15m" })).toEqual(["nodeStartupTimeout seconds-format"]);
  expect(codesOf({ nodeStartupTimeout: "900s" })).toEqual([]);
  expect(codesOf({ syslogHost: "logs.example.com", syslogPort: "" })).toEqual(["syslogPort required"]);
  expect(codesOf({ capvcdVersion: "1.3.2" })).toEqual(["capvcdVersion version-prefix"]);
});

it("does not ask for a password that is not touched, and does where its address is another", () => {
  expect(codesOf({ httpProxy: "http://***@proxy.example.org" })).toContain("httpProxy password-hidden");
});

it("says what is wrong with what is saved until it is mended", () => {
  const problem = { field: "syslogHost", path: "x", code: "wrong-type", expected: "string" } as const;
  const url = { field: "containerRegistryUrl", path: "y", code: "retired-host" } as const;
  const wrong = { ...config, problems: [problem, url] };
  expect(codesOf({}, wrong)).toEqual(["syslogHost wrong-type", "containerRegistryUrl retired-host"]);
  expect(codesOf({ syslogHost: "" }, wrong)).toEqual(["containerRegistryUrl retired-host"]);
  expect([problem, url].map(isElsewhere)).toEqual([false, true]);
  expect(tabOf("syslogHost")).toBe("syslog");
  expect(tabOf("containerRegistryUrl")).toBeNull();
});
