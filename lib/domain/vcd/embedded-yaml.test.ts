import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { fillHiddenYaml, hasHiddenYaml, hideInYaml } from "./embedded-yaml.ts";

const clusterctl = `# Read by clusterctl
GITHUB_TOKEN: ghp_s3cr3t # of the robot
#VCD_PASSWORD: s3cr3t
providers:
  - name: capvcd
    url: https://robot:s3cr3t@git.example.com/v1.3.2/infrastructure-components.yaml
    type: InfrastructureProvider
proxy: robot:s3cr3t@proxy.example.com:3128
VCD_REFRESH_TOKEN: |
  s3cr3t
  s3cr3t
images: { all: { repository: harbor.example.com/tkg, credentials: { user: s3cr3t, pins: [s3cr3t, 7] } } }
emptyToken: ""
noToken:
`;

const shown = `# Read by clusterctl
GITHUB_TOKEN: "***" # of the robot
#VCD_PASSWORD: ***
providers:
  - name: capvcd
    url: "https://***@git.example.com/v1.3.2/infrastructure-components.yaml"
    type: InfrastructureProvider
proxy: "***@proxy.example.com:3128"
VCD_REFRESH_TOKEN: "***"
images: { all: { repository: harbor.example.com/tkg, credentials: { user: "***", pins: ["***", "***"] } } }
emptyToken: ""
noToken:
`;

const key = "-----BEGIN PRIVATE KEY-----";

describe("the YAML in a configuration", () => {
  test("is shown without its secrets, and all else as it was", () => {
    expect(hideInYaml(clusterctl)).toBe(shown);
  });

  test.each([
    ["no YAML", "token: [s3cr3t"],
    ["a secret that stands elsewhere", "a: &a s3cr3t\ntoken: *a\n"],
    ["a private key in comments", `# ${key}\n# s3cr3t\n`],
    ["more than is read", `token: s3cr3t\n${"a: 1\n".repeat(20_000)}`],
    ["too deep", `${"[".repeat(2_000)}s3cr3t`],
    ["deep on one line", `${"- ".repeat(20_000)}s3cr3t`],
  ])("is hidden as a whole when it is %s", (_what, text) => {
    expect(hideInYaml(text)).toBe("***");
    expect(hasHiddenYaml("***")).toBe(true);
    expect(fillHiddenYaml("***", text)).toBe(text);
  });

  test.each([`key: |\n  ${key}\n  s3cr3t\n`, `key: ${key}\n  s3cr3t\n`])("has no private key", (text) => {
    expect(hideInYaml(text)).toBe('key: "***"\n');
  });

  test("that comes back edited gets what was hidden", () => {
    const edited = `added: 1\n${shown}`;
    const filled = fillHiddenYaml(edited, clusterctl);
    expect(hasHiddenYaml(edited)).toBe(true);
    expect(hasHiddenYaml(filled)).toBe(false);
    const [before] = parseAllDocuments(clusterctl);
    const [after] = parseAllDocuments(filled);
    expect(after?.toJS()).toEqual({ added: 1, ...(before?.toJS() as object) });
  });

  test("that comes back for another place is not filled", () => {
    const moved = shown.replace("git.example.com", "evil.example.com");
    expect(fillHiddenYaml(moved, clusterctl)).toContain('"https://***@evil.example.com');
    expect(hasHiddenYaml(fillHiddenYaml(moved, clusterctl))).toBe(true);
  });

  test("stays YAML without secrets, whatever it holds, and comes back as it was", () => {
    const secret = fc.string({ unit: "binary", maxLength: 12 }).map((text) => `s3cr3t${text}\ns3cr3t`);
    const plain = fc.string({ unit: "binary", maxLength: 12 });
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        plain,
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(plain, tie("node"), { maxKeys: 3 }),
        fc.record({ password: secret }),
        fc.record({ credentials: fc.array(secret, { maxLength: 2 }) }),
      ),
    })).node;
    fc.assert(
      fc.property(value, fc.boolean(), (content, isFlow) => {
        const text = stringify(content, isFlow ? { collectionStyle: "flow" } : {});
        const hidden = hideInYaml(text);
        expect(hidden).not.toContain("s3cr3t");
        expect(parseAllDocuments(hidden).flatMap(({ errors }) => errors)).toEqual(
          hidden === "***" ? expect.anything() : [],
        );
        expect(hideInYaml(hidden)).toBe(hidden);
        expect(fillHiddenYaml(hidden, text)).toBe(text);
      }),
    );
  });
});
