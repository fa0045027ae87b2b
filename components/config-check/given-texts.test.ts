import { describe, expect, test } from "vitest";
import { configTextLimits } from "#lib/schemas/config-check.ts";
import { listTexts, needsHost, pathOf, readFile } from "./given-texts.ts";

const file = (name: string, host = "") => ({ id: 1, name, text: "text", sizeBytes: 4, sentBytes: 6, host });

describe("a hosts.toml", () => {
  test.each([
    ["hosts.toml", true],
    ["HOSTS.TOML", true],
    ["quay.io/hosts.toml", false],
    ["mirrors.yaml", false],
  ])("%s needs to be told its registry: %s", (name, needed) => {
    expect(needsHost({ name })).toBe(needed);
  });

  test("is called by the registry that it is for", () => {
    expect(pathOf(file("hosts.toml", " quay.io "))).toBe("quay.io/hosts.toml");
    expect(pathOf(file("hosts.toml", "quay.io:5000"))).toBe("quay.io_5000_/hosts.toml");
    expect(pathOf(file("hosts.toml"))).toBe("hosts.toml");
    expect(pathOf(file("certs.d/ghcr.io/hosts.toml", "quay.io"))).toBe("certs.d/ghcr.io/hosts.toml");
    expect(pathOf(file("mirrors.yaml", "quay.io"))).toBe("mirrors.yaml");
  });

  test.each([
    ['server = "https://a.io"', "quay.io/hosts.toml"],
    ['  [ host."https://a.io"]', "quay.io/hosts.toml"],
    ["kind: Pod\nspec: {server: a}", ""],
    ["TKG_SERVER=a", ""],
  ])("is recognized when it is pasted: %j", (pasted, path) => {
    expect(listTexts({ pasted, pastedHost: "quay.io" }, [])).toEqual([{ path, text: pasted }]);
  });
});

test("what was pasted comes before the files, unless it is nothing", () => {
  const paths = (pasted: string) =>
    listTexts({ pasted, pastedHost: "" }, [file("a.yaml"), file("b.yaml")]).map(({ path }) => path);
  expect(paths("kind: Pod")).toEqual(["", "a.yaml", "b.yaml"]);
  expect(paths(" \n")).toEqual(["a.yaml", "b.yaml"]);
});

describe("a file", () => {
  test.each<[string, BlobPart, object]>([
    ["of text", "kind: Pod", { text: "kind: Pod", sizeBytes: 9 }],
    ["of text that is not of Latin letters", "# 파드", { text: "# 파드", sizeBytes: 8 }],
    ["of text with a byte order mark", "\ufeffkind: Pod", { text: "kind: Pod", sizeBytes: 12 }],
    ["of another encoding", new Uint8Array([0xff, 0xfe, 0x41]), { refusal: "not-text" }],
    ["of anything", "a\u0000b", { refusal: "not-text" }],
    ["that is too large", "a".repeat(configTextLimits.length + 1), { refusal: "too-large" }],
  ])("%s", async (_, content, expected) => {
    expect(await readFile(new File([content], "a.yaml"))).toEqual(expected);
  });
});
