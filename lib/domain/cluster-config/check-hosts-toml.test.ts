import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkHostsToml, hostsTomlRules, type HostsTomlCheckOptions } from "./check-hosts-toml.ts";
import { makeWindowsHosts } from "./windows-hosts.ts";

const told = new Set<string>();
function check(text: string, options: Partial<HostsTomlCheckOptions> = {}) {
  const defaults = { file: "q.io/hosts.toml", sourceHost: "q.io", mayAskSource: true };
  const findings = checkHostsToml(text, { ...defaults, ...options });
  for (const { rule } of findings) told.add(rule);
  return findings;
}
const rules = (text: string, options?: Partial<HostsTomlCheckOptions>) =>
  check(text, options).map(({ rule, facts }) => [rule, facts]);

/** Right: one mirror, which is the server, too. */
const right = `server = "https://m.io/v2/base"
capabilities = ["pull", "resolve"]
override_path = true
[host."https://m.io/v2/base"]
capabilities = ["pull", "resolve"]
override_path = true
`;

test("has nothing for what is right", () => {
  expect(check(right, { mayAskSource: false, place: { directory: "q.io", system: "windows" } })).toEqual([]);
});

test.each([
  ["", "empty", ""],
  ['[host."https://m.io"]\n[host."https://m.io"]', "not-toml", "Invalid TOML document"],
  ['[host."https://m.io"]\ncapabilities = ["read"]', "capability-unknown", "read"],
  ['[host."https://m.io"]\noverride_path = 1', "wrong-type", "override_path"],
])("tells that %j is passed over and the source is asked", (text, problem, detail) => {
  expect(check(text)).toEqual([
    {
      rule: "hosts-toml-ignored",
      severity: "error",
      object: "q.io/hosts.toml",
      facts: { problem, detail: expect.stringContaining(detail) as string },
      url: "https://q.io/v2/<repository>/manifests/<digest>",
    },
  ]);
});

test("does not claim to know what containerd makes of a file that is too large to be read here", () => {
  expect(rules(`# ${"x".repeat(300_000)}`)).toEqual([["too-large", {}]]);
});

test.each([
  ["q.io:5000", "linux", []],
  ["q.io_5000_", "linux", []],
  ["q.io5000", "windows", []],
  ["_default", "windows", []],
  ["q.io", "linux", ["q.io_5000_, q.io:5000, _default"]],
  ["q.io:5000", "windows", ["q.io_5000_, q.io5000, _default"]],
] as const)("directory %s on %s", (directory, system, expected) => {
  const found = check(right, { sourceHost: "q.io:5000", place: { directory, system } });
  expect(found.map(({ facts }) => facts.expected)).toEqual(expected);
});

test.each([
  [true, "warning"],
  [false, "error"],
] as const)(
  "tells that containerd 1 passes over a file without tables of hosts; source allowed: %s",
  (mayAskSource, severity) => {
    const text = 'server = "https://m.io"\ncapabilities = ["pull", "resolve"]\n';
    expect(check(text, { mayAskSource })).toEqual([
      {
        rule: "host-table-missing",
        severity,
        object: "q.io/hosts.toml",
        facts: { host: "q.io" },
        url: "https://q.io/v2/<repository>/manifests/<digest>",
      },
    ]);
    expect(check(`${text}[host]\n`, { mayAskSource })).toEqual([]);
  },
);

test("tells what docker.io's own registry would be asked, by those that pass the file over", () => {
  const text = 'server = "https://m.io"\ncapabilities = ["pull", "resolve"]\n';
  expect(check(text, { sourceHost: "docker.io" }).map(({ url }) => url)).toEqual([
    "https://registry-1.docker.io/v2/<repository>/manifests/<digest>",
  ]);
});

test.each([
  [true, "warning"],
  [false, "error"],
] as const)(
  "tells that older containerd does not know referrers; source allowed: %s",
  (mayAskSource, severity) => {
    const text = right.replaceAll('"resolve"', '"resolve", "referrers"');
    const expected = {
      rule: "referrers-not-known",
      severity,
      object: "q.io/hosts.toml",
      facts: { host: "q.io" },
    };
    const url = "https://q.io/v2/<repository>/manifests/<digest>";
    expect(check(text, { mayAskSource })).toEqual([{ ...expected, url }]);
  },
);

describe("who is asked", () => {
  test.each([
    [true, "notice"],
    [false, "error"],
  ] as const)("the source, allowed: %s", (mayAskSource, severity) => {
    for (const server of ["", 'server = "https://q.io"\ncapabilities = ["pull"]\n']) {
      const found = check(`${server}[host."https://m.io"]\ncapabilities = ["pull", "resolve"]`, {
        mayAskSource,
      });
      expect(found).toEqual([
        {
          rule: "source-asked",
          severity,
          object: "q.io/hosts.toml",
          facts: { host: "q.io" },
          url: "https://q.io/v2/<repository>/manifests/<digest>",
        },
      ]);
    }
  });

  test("the source alone for tags", () => {
    expect(rules('[host."https://m.io"]\ncapabilities = ["pull"]')).toContainEqual([
      "tags-at-source-only",
      { host: "q.io" },
    ]);
  });

  test.each([
    ["its own registry with a certificate", "q.io", "q.io", "https://q.io"],
    ["Docker Hub by its registry", "docker.io", "docker.io", "https://registry-1.docker.io"],
  ])("%s, as the documents of containerd have it", (_, sourceHost, host, server) => {
    const text = `server = "${server}"\n[host."${server}"]\ncapabilities = ["pull", "resolve"]\nca = "own.crt"\n`;
    expect(rules(text, { sourceHost })).toEqual([["source-asked", { host }]]);
  });

  test("nobody for tags", () => {
    expect(rules('server = "https://m.io"\ncapabilities = ["pull"]\n[host]')).toEqual([
      ["tags-unresolved", {}],
    ]);
  });
});

test.each([
  ['[host."https://m.io"]', ["capabilities-missing", { host: "m.io" }]],
  ['server = "https://m.io"', ["capabilities-missing", { host: "m.io" }]],
  ['[host."https:///v2"]\ncapabilities = ["pull"]', ["host-empty", { name: "https:///v2" }]],
  ['[host."http://m.io"]\ncapabilities = ["pull"]', ["plain-http", { host: "m.io" }]],
  [
    '[host."http://m.io"]\ncapabilities = ["pull"]\nca = "x.crt"',
    ["http-with-tls-settings", { host: "m.io" }],
  ],
  ['[host."http://m.io"]\nskip_verify = false', ["http-with-tls-settings", { host: "m.io" }]],
  ['[host."https://m.io"]\nskip_verify = true', ["verification-skipped", { host: "m.io" }]],
  [
    '[host."https://m.io/v2/org"]\ncapabilities = ["pull"]',
    ["version-behind-path", { host: "m.io", path: "/v2/org/v2" }],
  ],
  ['[host."https://m.io/org"]\noverride_path = true', ["version-missing", { host: "m.io", path: "/org" }]],
  [
    '[host."https://m.io".header]\nAuthorization = "x"',
    ["credentials-in-file", { host: "m.io", header: "Authorization" }],
  ],
])("tells of %j", (text, finding) => {
  expect(rules(text)).toContainEqual(finding);
});

test("tells of what the operator writes under NeverContactSource with credentials", () => {
  const sets = [
    {
      kind: "ImageDigestMirrorSet" as const,
      name: "own",
      entries: [
        { source: "q.io/a", mirrors: ["m.io/org/a"], mirrorSourcePolicy: "NeverContactSource" as const },
      ],
    },
  ];
  const [text = ""] = makeWindowsHosts(sets, new Map([["m.io", "dTpw"]])).values();
  expect(rules(text, { mayAskSource: false })).toEqual([
    ["credentials-in-file", { host: "m.io", header: "authorization" }],
    ["capabilities-missing", { host: "m.io" }],
    ["server-without-header", { host: "m.io" }],
  ]);
  expect(JSON.stringify(check(text))).not.toContain("dTpw");
});

test("never throws", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, sourceHost) => {
      expect(Array.isArray(check(text, { sourceHost }))).toBe(true);
    }),
  );
});

test("has told all of its rules above", () => {
  expect([...told].sort()).toEqual(Object.keys(hostsTomlRules).sort());
});
