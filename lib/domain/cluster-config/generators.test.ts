import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { makeTrustedCertificates, withFingerprints } from "#lib/testing/trusted-certificates.ts";
import { config42 } from "#lib/testing/vcdke-configs.ts";
import { checkTrust } from "./check-trust.ts";
import { awsEndpointServices, checklistEnvironments, listChecklist } from "./checklists.ts";
import {
  clusterClassInput,
  clusterClassNotes,
  clusterClassSteps,
  generateClusterClass,
  parseClusterClass,
} from "./cluster-class.ts";
import type { ConfigOutput } from "./config-output.ts";
import { csePatchInput, csePatchNotes, csePatchSteps, generateCsePatch, parseCsePatch } from "./cse-patch.ts";
import { dockerConfig, dockerConfigSecret, opaqueSecret, pod, serviceAccount } from "./kubernetes-objects.ts";
import { parseTkgManagement } from "./parse-tkg-management.ts";
import { asList, findBelow, readDocuments, type YamlValue } from "./read-documents.ts";
import {
  generateSupervisorCluster,
  parseSupervisorCluster,
  supervisorClusterInput,
  supervisorClusterNotes,
  supervisorClusterSteps,
} from "./supervisor-cluster.ts";
import {
  generateTanzuKubernetesCluster,
  parseTanzuKubernetesCluster,
  tanzuKubernetesClusterInput,
  tanzuKubernetesClusterNotes,
  tanzuKubernetesClusterSteps,
} from "./tanzu-kubernetes-cluster.ts";
import {
  clusterClassVariables,
  clusterObject,
  tanzuKubernetesCluster,
  tkgServiceConfiguration,
  trustReferences,
} from "./tanzu-objects.ts";
import {
  generateTkgManagement,
  tkgManagementInput,
  tkgManagementNotes,
  tkgManagementSteps,
} from "./tkg-management.ts";
import {
  generateTkgService,
  parseTkgService,
  tkgServiceInput,
  tkgServiceNotes,
  tkgServiceSteps,
} from "./tkg-service.ts";
import { generateWorkload, parseWorkload, workloadInput, workloadNotes, workloadSteps } from "./workload.ts";

const { first, second } = makeTrustedCertificates();
const registry = "harbor.example.com:8443/airgap";
const certificates = [{ name: "harbor-root", pem: first.pem }];
const proxyCertificates = [{ name: "proxy-root", pem: second.pem }];
const two = [...certificates, ...proxyCertificates];
const proxy = {
  http: "http://proxy.example.com:3128",
  https: "http://proxy.example.com:3128",
  noProxy: ["harbor.example.com", "second.example.com", ".svc"],
};
const additionalRegistries = [{ registry: "second.example.com", certificates: proxyCertificates }];
const place = { cluster: "prod-1", namespace: "team-a" };

interface Generator {
  readonly name: string;
  readonly output: ConfigOutput;
  /** How often base64 is around each certificate. */
  readonly layers: number;
  readonly input: unknown;
  readonly parsed: unknown;
  readonly steps: readonly string[];
  readonly notes: readonly string[];
  /** What each document of its YAML is. */
  readonly schemas: readonly z.ZodType[];
}

const joined = ({ files }: ConfigOutput, ending = ".yaml") =>
  files
    .filter(({ path }) => path.endsWith(ending))
    .map(({ content }) => content)
    .join("---\n");

/** One row of the table. */
function row<Schema extends z.ZodType>(
  name: string,
  input: Schema,
  written: unknown,
  generate: (input: z.output<Schema>) => ConfigOutput,
  parse: (text: string) => unknown,
  facts: {
    layers: number;
    schemas?: z.ZodType[];
    ending?: string;
    codes: [readonly string[], readonly string[]];
  },
): Generator {
  const read = input.parse(written);
  const output = generate(read);
  const { layers, schemas = [], ending, codes } = facts;
  const parsed = parse(joined(output, ending));
  return { name, output, layers, input: read, parsed, steps: codes[0], notes: codes[1], schemas };
}

const codes = {
  service: [tkgServiceSteps, tkgServiceNotes],
  tkc: [tanzuKubernetesClusterSteps, tanzuKubernetesClusterNotes],
  cse: [csePatchSteps, csePatchNotes],
} satisfies Record<string, [readonly string[], readonly string[]]>;
const tkc = { ...place, version: "v1alpha3", certificates: two, proxy };

const generators: Generator[] = [
  ...(["v1alpha1", "v1alpha2", "v1alpha3"] as const).map((version) =>
    row(
      `TkgServiceConfiguration ${version}`,
      tkgServiceInput,
      { version, certificates: two, proxy },
      generateTkgService,
      parseTkgService,
      {
        layers: 1,
        schemas: [tkgServiceConfiguration],
        codes: codes.service,
      },
    ),
  ),
  row(
    "Supervisor's cluster",
    supervisorClusterInput,
    { ...place, certificates: two },
    generateSupervisorCluster,
    parseSupervisorCluster,
    {
      layers: 2,
      schemas: [opaqueSecret, clusterObject],
      codes: [supervisorClusterSteps, supervisorClusterNotes],
    },
  ),
  row(
    "management cluster",
    tkgManagementInput,
    { registry, certificates, additionalRegistries, proxy, proxyCertificates, skipPluginSignature: true },
    generateTkgManagement,
    parseTkgManagement,
    {
      layers: 1,
      ending: ".env",
      codes: [tkgManagementSteps, tkgManagementNotes],
    },
  ),
  row(
    "ClusterClass",
    clusterClassInput,
    {
      ...place,
      registry,
      certificates,
      additionalRegistries,
      proxy,
      proxyCertificates,
    },
    generateClusterClass,
    parseClusterClass,
    {
      layers: 1,
      schemas: [clusterObject],
      codes: [clusterClassSteps, clusterClassNotes],
    },
  ),
  row(
    "TanzuKubernetesCluster",
    tanzuKubernetesClusterInput,
    tkc,
    generateTanzuKubernetesCluster,
    parseTanzuKubernetesCluster,
    {
      layers: 1,
      schemas: [tanzuKubernetesCluster],
      codes: codes.tkc,
    },
  ),
  row(
    "TanzuKubernetesCluster, twice",
    tanzuKubernetesClusterInput,
    { ...tkc, version: "v1alpha2", encoding: "base64-twice" },
    generateTanzuKubernetesCluster,
    parseTanzuKubernetesCluster,
    {
      layers: 2,
      schemas: [tanzuKubernetesCluster],
      codes: codes.tkc,
    },
  ),
  row("CSE", csePatchInput, { registry, certificates: two }, generateCsePatch, parseCsePatch, {
    layers: 0,
    ending: ".json",
    codes: codes.cse,
  }),
];
const workload = row(
  "workload",
  workloadInput,
  {
    registry: "harbor.example.com:8443",
    credentials: { username: "robot$pull", password: "s3cr3t:ẃ0rd" },
    namespace: "team-a",
    secret: "pull",
    image: "airgap/library/app:1.0",
  },
  generateWorkload,
  parseWorkload,
  { layers: 0, schemas: [dockerConfigSecret, serviceAccount, pod], codes: [workloadSteps, workloadNotes] },
);
const all = [...generators, workload];

/** Each text in a value that has certificates once it is decoded: how often, and their fingerprints by Node itself. */
function findCertificates(value: YamlValue): { layers: number; fingerprints: string[] }[] {
  if (typeof value !== "string") {
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(findCertificates) : [];
  }
  let text = value;
  for (let layers = 0; layers < 4; layers++) {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g);
    if (blocks !== null) {
      expect(blocks.join("")).toBe(text);
      return [{ layers, fingerprints: blocks.map((pem) => fingerprintOf(pem)) }];
    }
    text = Buffer.from(text, "base64").toString("latin1");
  }
  return [];
}

const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint256;
const stored = new Set([first, second].map(({ pem }) => fingerprintOf(pem)));

/** All texts of a file, however it is written. */
function readTexts(path: string, content: string): readonly YamlValue[] {
  if (path.endsWith(".yaml") || path.endsWith(".json")) return readDocuments(content).documents;
  return content.split("\n").flatMap((line) => line.replace(/^export [^=]+=|^tanzu config set \S+ /, ""));
}

describe.each(generators)("what is made for $name", ({ output, layers }) => {
  test("has every certificate, as it is stored, in every file that has any", () => {
    const withAny = output.files
      .filter(({ path }) => !path.endsWith(".crt"))
      .map(({ path, content }) => readTexts(path, content).flatMap(findCertificates))
      .filter((found) => found.length > 0);
    expect(withAny.length).toBeGreaterThan(0);
    for (const found of withAny) {
      expect(new Set(found.flatMap(({ fingerprints }) => fingerprints))).toEqual(stored);
      for (const each of found) expect(each.layers).toBe(layers);
    }
    for (const { content } of output.files.filter(({ path }) => path.endsWith(".crt"))) {
      expect(fingerprintOf(content)).toBe(fingerprintOf(first.pem));
    }
  });
});

describe.each(all)("what is made for $name", ({ name, output, input, parsed, steps, notes, schemas }) => {
  test("is read back as what it was made of", () => {
    expect(withFingerprints(parsed)).toEqual(withFingerprints(input));
  });

  test("is what the API takes", () => {
    const { documents, problems } = readDocuments(joined(output));
    expect(problems).toEqual([]);
    if (schemas.length === 0) return;
    expect(documents).toHaveLength(schemas.length);
    for (const [index, schema] of schemas.entries()) {
      expect(schema.safeParse(documents[index]).error).toBeUndefined();
    }
  });

  test("says nothing that is not known, and names no file that is not there", () => {
    for (const step of output.steps) expect(steps).toContain(step.code);
    for (const note of output.notes) expect(notes).toContain(note.code);
    const paths = output.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    const named = output.steps
      .flatMap(({ commands }) => commands)
      .flatMap((command) => command.match(/(?<=\s)[a-z-]+\.(?:yaml|sh|json|crt)(?=\s|$)/g) ?? []);
    for (const path of named) expect(paths).toContain(path);
  });

  test("stands every check", () => {
    for (const { path, content } of output.files.filter((file) => !/\.(crt|json)$/.test(file.path))) {
      const expected = name.endsWith("twice") ? ["encoding-by-version", "encoding-by-version"] : [];
      const found = checkTrust(content, { at: new Date() }).filter(({ severity }) => severity !== "notice");
      expect([path, found.map(({ rule }) => rule)]).toEqual([path, expected]);
    }
    expect(
      checkTrust(joined(output), { at: new Date() }).filter(({ severity }) => severity === "error"),
    ).toEqual([]);
  });
});

test.each([
  ["a ClusterClass", { cluster: "a" }, clusterClassInput, generateClusterClass],
  ["a management cluster", {}, tkgManagementInput, generateTkgManagement],
] as const)("%s is told once of a host that is not verified", (_, names, schema, generate) => {
  const [registry, other] = ["harbor.example.com/airgap", "harbor.example.com/tools"];
  const additionalRegistries = [{ registry: other, skipTlsVerify: true }];
  const input = { ...names, registry, skipTlsVerify: true, additionalRegistries };
  const { notes } = (generate as (input: unknown) => ConfigOutput)(schema.parse(input));
  expect(notes.filter(({ code }) => code === "verification-off")).toEqual([
    { code: "verification-off", facts: { host: "harbor.example.com" } },
  ]);
});

test("the variables of a ClusterClass are what it takes", () => {
  const output = generators.find(({ name }) => name === "ClusterClass")?.output;
  const { spec } = clusterObject.parse(readDocuments(joined(output ?? workload.output)).documents[0]);
  const values = Object.fromEntries(spec.topology.variables.map(({ name, value }) => [name, value]));
  for (const [name, schema] of Object.entries(clusterClassVariables)) {
    expect(schema.safeParse(values[name]).error).toBeUndefined();
  }
  expect(values.imageRepository).toEqual({
    host: "harbor.example.com:8443/airgap/tkg",
    tlsCertificateValidation: true,
  });
  expect(values.trust).toMatchObject({
    additionalTrustedCAs: [{ name: "imageRepository" }, { name: "proxy" }],
  });
  expect(trustReferences.safeParse(values.trust).success).toBe(false);
  // Nodes take the entry of the proxy for the registry, too.
  const trust = clusterClassVariables.trust.parse(values.trust).additionalTrustedCAs;
  const pems = trust.map(({ data }) => Buffer.from(data, "base64").toString());
  expect(pems).toEqual([first.pem, second.pem + first.pem]);
});

test("the Secret of a workload is one that kubelet reads, and the only secret among its files", () => {
  const { files, steps } = workload.output;
  expect(files.filter(({ isSecret }) => isSecret).map(({ path }) => path)).toEqual(["pull-secret.yaml"]);
  const secret = dockerConfigSecret.parse(readDocuments(files[0]?.content ?? "").documents[0]);
  const config = dockerConfig.parse(
    JSON.parse(Buffer.from(secret.data[".dockerconfigjson"], "base64").toString()),
  );
  expect(config.auths["harbor.example.com:8443"]).toEqual({
    username: "robot$pull",
    password: "s3cr3t:ẃ0rd",
    auth: Buffer.from("robot$pull:s3cr3t:ẃ0rd").toString("base64"),
  });
  const commands = steps.flatMap((step) => step.commands);
  expect(commands.join("\n")).not.toContain("s3cr3t");
  expect(commands).toContain(
    `kubectl patch serviceaccount default -n team-a -p '{"imagePullSecrets":[{"name":"pull"}]}'`,
  );
});

describe("a VCDKEConfig that is there already", () => {
  const input = csePatchInput.parse({ registry, certificates: two, document: config42 });
  const output = generateCsePatch(input);
  const whole = output.files.find(({ path }) => path === "vcdke-config.json");

  test("comes out whole, with nothing lost and the certificates in both lists", () => {
    const profileOf = (text: string) => asList(findBelow(readDocuments(text).documents[0], "profiles"))[0];
    const [before, after] = [profileOf(config42), profileOf(whole?.content ?? "")];
    for (const key of ["K8Config", "bootstrapClusterConfig"]) {
      const listOf = (profile: YamlValue | undefined) =>
        asList(findBelow(profile, key, "certificateAuthorities"));
      expect(listOf(after)).toEqual([...listOf(before), first.pem, second.pem]);
    }
    expect(findBelow(after, "containerRegistryUrl")).toBe(registry);
    expect(Object.keys(after ?? {})).toEqual(Object.keys(before ?? {}));
    expect(whole?.isSecret).toBe(true);
    expect(output.notes.map(({ code }) => code)).not.toContain("lists-are-replaced");
  });

  test("has each certificate once, however often it is added", () => {
    const again = generateCsePatch(
      csePatchInput.parse({ registry, certificates: two, document: whole?.content }),
    );
    expect(again.files.find(({ path }) => path === "vcdke-config.json")?.content).toBe(whole?.content);
  });

  test.each([
    ["{", "not-json"],
    ['{"a":1}', "profile-missing"],
  ])("is refused as %j", (document, message) => {
    const { error } = csePatchInput.safeParse({ registry, certificates: two, document });
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

test("checklists have each item once, with every endpoint of the VPC", () => {
  for (const environment of checklistEnvironments) {
    const items = listChecklist(environment);
    expect(new Set(items).size).toBe(items.length);
  }
  const endpoints = awsEndpointServices.map((service) => `endpoint-${service}`);
  expect(listChecklist("aws")).toEqual(expect.arrayContaining(endpoints));
  expect(listChecklist("vsphere")).toContain("registry-without-sign-in");
});

test.each([
  parseTkgService,
  parseSupervisorCluster,
  parseTkgManagement,
  parseClusterClass,
  parseTanzuKubernetesCluster,
  parseCsePatch,
  parseWorkload,
])("reads nothing out of foreign texts (%#)", (parse) => {
  for (const text of ["", "a: [", "kind: Pod", "{}", "[]", '{"profiles":[{}]}', "export A=b", "\u0000"]) {
    expect(parse(text)).toBeNull();
  }
});

test("a patch of CSE without certificates leaves the lists as they are", () => {
  const { files } = generateCsePatch(csePatchInput.parse({ registry, certificates: [] }));
  expect(JSON.parse(files[0]?.content ?? "")).toEqual({ profiles: [{ containerRegistryUrl: registry }] });
});
