import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import { config40, config41, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import { changeToRelease } from "./component-versions.ts";
import { type ConfigChange, editConfig, parseConfigDocument } from "./config-document.ts";
import { configDefaults, type ConfigField, configFieldNames } from "./config-fields.ts";
import { findConfigProblems, findLaterFields, findValueProblems, hasErrors } from "./config-problems.ts";
import { configProblemCodes } from "./field-problem.ts";
import { findFieldProblems } from "./field-rules.ts";

const pem = (content: string) => `-----BEGIN CERTIFICATE-----\n${content}\n-----END CERTIFICATE-----\n`;
const base = parseConfigDocument(config42);
const changed = (change: ConfigChange) => editConfig(base, change);
const replaced = (from: string | RegExp, to: string) => parseConfigDocument(config42.replace(from, to));

/** Values and the problems that they have. */
const cases: [ConfigField, unknown, object[]][] = [
  ["containerRegistryUrl", "harbor.example.com", []],
  [
    "containerRegistryUrl",
    "projects.registry.vmware.com",
    [{ code: "retired-host", proposal: "projects.packages.broadcom.com" }],
  ],
  [
    "containerRegistryUrl",
    "https://harbor.example.com/tkg",
    [
      { code: "scheme", proposal: "harbor.example.com" },
      { code: "ends-in-folder", value: "tkg", proposal: "harbor.example.com" },
    ],
  ],
  ["containerRegistryUrl", "harbor..example.com", [{ code: "host-format" }]],
  ["bootstrapCertificates", [], []],
  ["bootstrapCertificates", [pem("QQ=="), `text\r\n${pem("Qg==")}`], []],
  [
    "clusterCertificates",
    [pem("QQ=="), pem("Qg=="), pem("Q\nQ = =")],
    [{ code: "duplicate", index: 2, other: 0 }],
  ],
  [
    "clusterCertificates",
    ["x", "", "-----BEGIN CERTIFICATE-----\nQQ=="],
    [
      { code: "pem-format", index: 0 },
      { code: "pem-format", index: 1 },
      { code: "pem-format", index: 2 },
    ],
  ],
  ["clusterCertificates", [`${pem("QQ==")}${pem("Qg==")}`], [{ code: "several-certificates", index: 0 }]],
  ["clusterCertificates", [`${pem("QQ==")}-----BEGIN X509 CRL-----`], [{ code: "pem-format", index: 0 }]],
  ["clusterCertificates", ["-----BEGIN EC PRIVATE KEY-----\nsecret"], [{ code: "private-key", index: 0 }]],
  ["clusterCertificates", ["x".repeat(70_000)], [{ code: "too-long", index: 0, maximum: 65_536 }]],
  [
    "clusterCertificates",
    Array.from({ length: 101 }, (_, at) => pem(`A${at}`)),
    [{ code: "too-many", maximum: 100 }],
  ],
  ["githubToken", "", []],
  ["githubToken", "ghp_0123456789", [{ code: "readable-by-tenants" }]],
  ["githubToken", "ghp 0123456789", [{ code: "whitespace" }]],
  ["httpProxy", "", []],
  ["httpProxy", "http://proxy.example.com:3128", []],
  ["httpsProxy", "https://[fd00::1]:3128/", []],
  [
    "httpProxy",
    "proxy.example.com:3128",
    [{ code: "scheme-missing", proposal: "http://proxy.example.com:3128" }],
  ],
  ["httpProxy", "http://user:s3cret@proxy.example.com", [{ code: "readable-by-tenants" }]],
  [
    "httpProxy",
    "user:s3cret@proxy.example.com",
    [{ code: "scheme-missing" }, { code: "readable-by-tenants" }],
  ],
  ["httpProxy", "http://***@proxy.example.com", [{ code: "password-hidden" }]],
  ["httpProxy", "socks5://proxy", [{ code: "address-format", value: "socks5://proxy" }]],
  ["httpProxy", "http://proxy/path", [{ code: "address-format" }]],
  ["httpProxy", "http://proxy:99999", [{ code: "address-format" }]],
  ["httpProxy", "http://proxy :3128", [{ code: "whitespace" }]],
  ["noProxy", "", []],
  ["noProxy", configDefaults.noProxy, []],
  ["noProxy", "a, b", [{ code: "whitespace", index: 1, value: " b", proposal: "a,b" }]],
  [
    "noProxy",
    "a,,b,",
    [
      { code: "empty-entry", index: 1, proposal: "a,b" },
      { code: "empty-entry", index: 3, proposal: "a,b" },
    ],
  ],
  ["noProxy", "a,b,a", [{ code: "duplicate", index: 2, other: 0, value: "a", proposal: "a,b" }]],
  ["noProxy", "https://a,b", [{ code: "scheme", index: 0, value: "https://a", proposal: "a,b" }]],
  ["noProxy", "x".repeat(5000), [{ code: "too-long", maximum: 4096 }]],
  ["syslogHost", "", []],
  ["syslogHost", "Log-1.example.com", []],
  ["syslogHost", "10.0.0.9", []],
  ["syslogHost", "fd00::9", []],
  ["syslogHost", "udp://logs.example.com:514", [{ code: "scheme", proposal: "logs.example.com" }]],
  ["syslogHost", "logs.example.com:514", [{ code: "host-format" }]],
  ["syslogHost", "-x", [{ code: "host-format" }]],
  ["syslogHost", "logs example", [{ code: "whitespace" }]],
  ["syslogPort", "514", []],
  ["syslogPort", "", []],
  ["syslogPort", " 514", [{ code: "port-format", proposal: "514" }]],
  ["syslogPort", "0", [{ code: "port-format" }]],
  ["syslogPort", "65536", [{ code: "port-format" }]],
  ["syslogPort", "udp", [{ code: "port-format" }]],
  ["maxUnhealthyNodes", 1, []],
  ["maxUnhealthyNodes", 0, [{ code: "out-of-range", value: "0", minimum: 1, maximum: 100 }]],
  ["maxUnhealthyNodes", 101, [{ code: "out-of-range" }]],
  ["maxUnhealthyNodes", 33.3, [{ code: "not-whole", value: "33.3" }]],
  ["nodeStartupTimeout", 900, []],
  ["nodeNotReadyTimeout", 0, [{ code: "out-of-range", minimum: 1 }]],
  ["nodeUnknownTimeout", Number.NaN, [{ code: "not-whole" }]],
  ["sizingPolicy", "TKG extra-large", []],
  ["sizingPolicy", "tkg Small ", [{ code: "sizing-policy-unknown", proposal: "TKG small" }]],
  ["sizingPolicy", "Our own", [{ code: "sizing-policy-unknown", value: "Our own" }]],
  ["sizingPolicy", " ", [{ code: "required" }]],
  ["capvcdVersion", "v1.3.2", []],
  ["capvcdVersion", "1.3.2", [{ code: "version-prefix", value: "1.3.2", proposal: "v1.3.2" }]],
  ["capvcdVersion", "", [{ code: "required" }]],
  ["cpiVersion", "1.6.1", []],
  ["cpiVersion", "v1.6.1", [{ code: "version-prefix", proposal: "1.6.1" }]],
  ["csiVersion", "main", [{ code: "version-format", expected: "1.2.3" }]],
  ["rdeProjectorVersion", "0.7", [{ code: "version-format" }]],
  ["kindestNodeVersion", "v1.27.1-rc.1", []],
  ["dockerVersion", "5:20.10.12~3-0~ubuntu-focal", []],
  ["kubectlVersion", "1.21 .0", [{ code: "whitespace" }]],
  ["pollIntervalMinutes", 0, [{ code: "out-of-range", minimum: 1, maximum: 1440 }]],
];

describe("findFieldProblems", () => {
  test.each(cases)("of %s %j: %j", (field, value, problems) => {
    const found = findFieldProblems(field, value as never);
    expect(found).toHaveLength(problems.length);
    expect(found).toMatchObject(problems);
  });

  test("repeats no secret", () => {
    const secrets: [ConfigField, unknown][] = [
      ["githubToken", "s3cret"],
      ["githubToken", "s3cret "],
      ["httpProxy", "u:s3cret@proxy"],
      ["httpsProxy", "http://u:s3cret@proxy/path"],
      ["httpProxy", "http://u:s3cret @proxy"],
      ["containerRegistryUrl", "u:s3cret@harbor.example.com"],
      ["clusterCertificates", ["-----BEGIN PRIVATE KEY-----\ns3cret"]],
    ];
    for (const [field, value] of secrets) {
      const found = findFieldProblems(field, value as never);
      expect(found).not.toEqual([]);
      expect(JSON.stringify(found)).not.toContain("s3cret");
    }
  });

  test("proposes only what it takes", () => {
    const texts = configFieldNames.filter(
      (field) => !/Certificates|Timeout|Minutes|maxUnhealthy/.test(field),
    );
    const piece = fc.constantFrom(
      "v",
      "1",
      ".2.3",
      "a",
      ",",
      " ",
      "https://",
      "/tkg",
      ":514",
      "localhost",
      ".svc",
      "TKG large",
      "@",
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(piece, { maxLength: 6 }), (field, pieces) => {
        for (const { proposal } of findFieldProblems(field, pieces.join("") as never)) {
          if (proposal === undefined) continue;
          expect(hasErrors(findFieldProblems(field, proposal as never))).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("findConfigProblems", () => {
  test.each([
    ["4.0", config40],
    ["4.1", config41],
    ["4.2", config42],
    ["4.2 wrapped", wrapConfig(config42)],
  ])("finds nothing that forbids a configuration of %s", (_name, source) => {
    const problems = findConfigProblems(parseConfigDocument(source));
    const isOld = source === config40;
    expect(problems.map(({ code }) => code)).toEqual(isOld ? ["readable-by-tenants"] : []);
    expect(hasErrors(problems)).toBe(false);
  });

  test.each(defaultCseVersions.map(({ version, components }) => [version, components] as const))(
    "finds nothing in the components of %s",
    (_version, components) => {
      expect(findConfigProblems(changed(changeToRelease(components)))).toEqual([]);
    },
  );

  test("names the field and its path", () => {
    expect(findConfigProblems(changed({ cpiVersion: "v1.6.1", containerRegistryUrl: "a/" }))).toEqual([
      {
        field: "containerRegistryUrl",
        path: "profiles[0].containerRegistryUrl",
        code: "trailing-slash",
        proposal: "a",
      },
      {
        field: "cpiVersion",
        path: "profiles[0].K8Config.cpi.version",
        code: "version-prefix",
        value: "v1.6.1",
        proposal: "1.6.1",
      },
    ]);
  });

  test.each([
    [
      "a text for a number",
      replaced('"maxUnhealthyNodes": 100', '"maxUnhealthyNodes": "100"'),
      "maxUnhealthyNodes",
      { code: "wrong-type", expected: "number" },
    ],
    [
      "a number for a text",
      replaced('"300s"', "300"),
      "nodeNotReadyTimeout",
      { code: "wrong-type", expected: "string" },
    ],
    [
      "a number for a URL",
      replaced('"harbor.example.com/air-gap"', "7"),
      "containerRegistryUrl",
      { code: "wrong-type" },
    ],
    ["minutes", replaced('"900"', '"15m"'), "nodeStartupTimeout", { code: "seconds-format", value: "15m" }],
    ["no URL", replaced('"containerRegistryUrl"', '"other"'), "containerRegistryUrl", { code: "required" }],
    [
      "no version of the CSI driver",
      replaced('"version": "1.6.0"', '"v": 1'),
      "csiVersion",
      { code: "required" },
    ],
    [
      "no cloud provider",
      replaced('"cpi"', '"other"'),
      "cpiVersion",
      { code: "required", path: "profiles[0].K8Config.cpi" },
    ],
    [
      "no CSI drivers",
      replaced('"csi"', '"other"'),
      "csiVersion",
      { code: "required", path: "profiles[0].K8Config.csi" },
    ],
    [
      "a time-out less",
      replaced('"nodeUnknownTimeout"', '"other"'),
      "nodeUnknownTimeout",
      { code: "required" },
    ],
    ["a port less", replaced('"port"', '"other"'), "syslogPort", { code: "required" }],
    [
      "a certificate that is none",
      replaced(/"-----BEGIN[^"]*"/, "7"),
      "clusterCertificates",
      { code: "wrong-type", index: 0 },
    ],
    [
      "half a minute",
      replaced('"rdePollIntervalInMin": 1', '"rdePollIntervalInMin": 0.5'),
      "pollIntervalMinutes",
      { code: "not-whole" },
    ],
    [
      "a text for a section",
      replaced('"proxyConfig": {', '"proxyConfig": "x", "y": {'),
      "httpProxy",
      { code: "wrong-type", expected: "object" },
    ],
    ["no name", replaced('"name": "production",', ""), null, { code: "required", path: "profiles[0].name" }],
    [
      "no word on being active",
      replaced('"active": true,', ""),
      null,
      { code: "required", path: "profiles[0].active" },
    ],
    [
      "a password that was not put back",
      replaced('"name": "production",', '"name": "production", "vaultPassword": "***",'),
      null,
      { code: "secret-hidden", path: "profiles[0].vaultPassword" },
    ],
    ["a sleeping profile", replaced('"active": true', '"active": false'), null, { code: "profile-inactive" }],
    [
      "two profiles",
      replaced(/\n {4}\]\n\}\n$/, ", {}]}"),
      null,
      { code: "several-profiles", path: "profiles", value: "2" },
    ],
  ] as const)("finds %s", (_name, document, field, problem) => {
    expect(findConfigProblems(document)).toMatchObject([{ field, ...problem }]);
  });

  test("sees what does not go together", () => {
    expect(findConfigProblems(changed({ syslogHost: "logs" }))).toMatchObject([
      { field: "syslogPort", code: "required" },
    ]);
    expect(findConfigProblems(changed({ syslogPort: "514" }))).toMatchObject([
      { field: "syslogHost", code: "required" },
    ]);
    expect(findConfigProblems(changed({ syslogHost: "logs", syslogPort: "514" }))).toEqual([]);
    expect(findConfigProblems(changed({ staleHeartbeatMinutes: 10 }))).toMatchObject([
      { field: "staleHeartbeatMinutes", code: "not-longer", minimum: 11 },
    ]);
    expect(findConfigProblems(changed({ noProxy: "harbor.example.com,.svc" }))).toEqual([]);
    expect(
      findConfigProblems(changed({ httpProxy: "http://proxy", noProxy: "harbor.example.com,.svc" })),
    ).toMatchObject([
      {
        field: "noProxy",
        code: "default-missing",
        expected: "localhost, 127.0.0.1, cluster.local",
        proposal: "harbor.example.com,.svc,localhost,127.0.0.1,cluster.local",
      },
    ]);
  });

  test("knows each of its codes from one of these", () => {
    const ofFields = cases.flatMap(([field, value]) => findFieldProblems(field, value as never));
    const ofDocuments = [
      replaced('"300s"', "300"),
      replaced('"900"', '"15m"'),
      replaced('"active": true', '"active": false'),
      replaced('"name": "production",', '"name": "production", "vaultPassword": "***",'),
      replaced(/\n {4}\]\n\}\n$/, ", {}]}"),
      changed({ staleHeartbeatMinutes: 1, httpProxy: "http://proxy", noProxy: "a" }),
    ].flatMap(findConfigProblems);
    const later = findLaterFields(parseConfigDocument(config40), { containerRegistryUrl: "a" });
    const reached = new Set<string>([...ofFields, ...ofDocuments, ...later].map(({ code }) => code));
    expect(configProblemCodes.filter((code) => !reached.has(code))).toEqual([]);
  });
});

describe("findValueProblems", () => {
  test("misses no field that a form does not have", () => {
    expect(findValueProblems({})).toEqual([]);
    expect(findValueProblems({ syslogHost: "logs" })).toEqual([]);
    expect(findValueProblems({ syslogHost: "logs", syslogPort: "" })).toMatchObject([
      { field: "syslogPort" },
    ]);
  });

  test("forbids what CSE 4.0 does not know", () => {
    const old = parseConfigDocument(config40);
    const change = { containerRegistryUrl: "harbor.example.com", sizingPolicy: "TKG large" };
    expect(findLaterFields(old, change)).toMatchObject([
      { field: "containerRegistryUrl", code: "later-type", expected: "1.1.0" },
    ]);
    expect(findLaterFields(base, change)).toEqual([]);
    expect(hasErrors(findLaterFields(old, change))).toBe(true);
  });
});
