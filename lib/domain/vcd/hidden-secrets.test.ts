import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { config40, config41, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import { compareConfigs } from "./config-difference.ts";
import { editConfig, parseConfigDocument, readField } from "./config-document.ts";
import { findConfigProblems, hasErrors } from "./config-problems.ts";
import { fillHiddenSecrets, hasToken, hideConfigSecrets } from "./hidden-secrets.ts";

const token = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
const parse = parseConfigDocument;
const tokenPath = "profiles[0].githubConfig.githubPersonalAccessToken";
/** With what only later panels or other tools would know. */
const withUnknown = (members: string) => parse(config42.replace('"profiles"', `${members}, "profiles"`));

describe("a document to give away", () => {
  test("has an empty token in its place, and nothing else is another", () => {
    const document = editConfig(parse(config42), { githubToken: token });
    const hidden = hideConfigSecrets(document);
    expect(hidden.paths).toEqual([tokenPath]);
    expect(hidden.document.text).toBe(document.text.replace(token, ""));
    expect(hasToken(hidden.document)).toBe(false);
  });

  test("without a secret is the same document", () => {
    const document = editConfig(parse(config42), { githubToken: "" });
    expect(hideConfigSecrets(document)).toEqual({ document, paths: [] });
  });

  test("has no password of a proxy, and none in fields that nobody here knows", () => {
    const document = editConfig(
      withUnknown(
        '"registry": {"user": "robot", "password": "hunter2", "pins": [{"apiKey": 1234567890123456789}]}',
      ),
      { githubToken: token, httpProxy: "http://dana:hunter2@proxy.example.com:3128" },
    );
    const hidden = hideConfigSecrets(document);
    expect(hidden.paths).toEqual([
      "registry.password",
      "registry.pins[0].apiKey",
      tokenPath,
      "profiles[0].bootstrapClusterConfig.proxyConfig.httpProxy",
    ]);
    expect(readField(hidden.document, "httpProxy")).toBe("http://***@proxy.example.com:3128");
    expect(hidden.document.text).toContain('"user": "robot"');
    expect(hidden.document.text).not.toMatch(/hunter2|1234567890123456789|dana/);
    expect(fillHiddenSecrets(hidden.document, document).text).toBe(document.text.replace(token, ""));
  });

  test("that comes back for another proxy or without anything stored is not taken for a whole one", () => {
    const stored = editConfig(parse(config42), { httpProxy: "http://dana:hunter2@proxy.example.com:3128" });
    const moved = editConfig(hideConfigSecrets(stored).document, {
      httpProxy: "http://***@evil.example.com:3128",
    });
    const filled = fillHiddenSecrets(moved, stored);
    expect(filled.text).toBe(moved.text);
    expect(findConfigProblems(filled).filter(({ field }) => field === "httpProxy")).toMatchObject([
      { code: "password-hidden" },
    ]);
    expect(hasErrors(findConfigProblems(filled))).toBe(true);
    const unknown = withUnknown('"vaultSecret": "***"');
    expect(findConfigProblems(unknown)).toContainEqual({
      field: null,
      path: "vaultSecret",
      code: "secret-hidden",
    });
    expect(hasErrors(findConfigProblems(unknown))).toBe(false);
  });
});

describe("the YAML of clusterctl", () => {
  const path = "profiles[0].bootstrapClusterConfig.clusterctl.clusterctlyaml";
  const withYaml = (yaml: string) =>
    parse(config42.replace('"clusterctlyaml": ""', () => `"clusterctlyaml": ${JSON.stringify(yaml)}`));
  const stored = withYaml("GITHUB_TOKEN: hunter2\nimages: {}\n");

  test("has no secret in a document to give away, and has it again when that comes back", () => {
    const hidden = hideConfigSecrets(stored);
    expect(hidden.paths).toEqual([path]);
    expect(hidden.document.text).toBe(stored.text.replace("hunter2", '\\"***\\"'));
    expect(fillHiddenSecrets(hidden.document, stored).text).toBe(stored.text);
    expect(findConfigProblems(hidden.document)).toContainEqual({ field: null, path, code: "secret-hidden" });
  });

  test("that was edited meanwhile has it again, too", () => {
    const edited = withYaml('GITHUB_TOKEN: "***"\nimages: { all: {} }\n');
    const filled = fillHiddenSecrets(edited, stored);
    expect(filled.text).toBe(edited.text.replace('\\"***\\"', "hunter2"));
    expect(findConfigProblems(filled)).not.toContainEqual({ field: null, path, code: "secret-hidden" });
  });

  test("that differs shows no secret", () => {
    const differences = compareConfigs(stored, withYaml("GITHUB_TOKEN: other\nimages: {}\n"));
    const shown = 'GITHUB_TOKEN: "***"\nimages: {}\n';
    expect(differences).toEqual([
      { path, field: null, kind: "changed", before: shown, after: shown, isSecret: true },
    ]);
  });
});

test("whatever is given away and comes back is what it was, but for the token", () => {
  const secret = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .map((text) => JSON.stringify(text));
  const value = fc.oneof(
    secret,
    fc.constantFrom("1234567890123456789", "0", "true", "null", '""', '["a", {"b": "c"}]', '{"d": 1.50}'),
  );
  const key = fc.constantFrom("password", "clientSecret", "credentials", "apiKey", "other", "note");
  const members = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 });
  const base = fc.constantFrom(
    config40,
    config41,
    config42,
    wrapConfig(config42),
    wrapConfig(config40, "1.0.0"),
  );
  const proxy = fc.constantFrom("", "http://a:b@c:1", "d:e@f", "http://proxy:3128", "see me@example.com");
  fc.assert(
    fc.property(base, members, proxy, fc.constantFrom("", token), (config, extra, httpProxy, githubToken) => {
      const added = extra.map(([name, json]) => `${JSON.stringify(name)}: ${json}, `).join("");
      const document = editConfig(parse(config.replace('"profiles"', () => `${added}"profiles"`)), {
        httpProxy,
        githubToken,
      });
      const hidden = hideConfigSecrets(document);
      const filled = fillHiddenSecrets(hidden.document, document);
      expect(filled.text).toBe(editConfig(document, { githubToken: "" }).text);
      const different = compareConfigs(document, hidden.document).map(({ path }) => path);
      expect(different.filter((path) => !hidden.paths.some((other) => other.startsWith(path)))).toEqual([]);
    }),
  );
});
