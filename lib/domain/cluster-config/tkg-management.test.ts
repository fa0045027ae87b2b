import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeTrustedCertificates, withFingerprints } from "#lib/testing/trusted-certificates.ts";
import { quoteArgument } from "#lib/quote-argument.ts";
import { readDocuments } from "./read-documents.ts";
import { parseTkgManagement } from "./parse-tkg-management.ts";
import { splitCommands } from "./split-commands.ts";
import { generateTkgManagement, tkgManagementInput } from "./tkg-management.ts";
import { readTkgVariables } from "./tkg-variables.ts";

const { first, second } = makeTrustedCertificates();
const whole = {
  registry: "harbor.example.com:8443/airgap",
  certificates: [{ name: "harbor-root", pem: first.pem }],
  additionalRegistries: [
    { registry: "second.example.com", certificates: [{ name: "proxy-root", pem: second.pem }] },
    { registry: "third.example.com/library", skipTlsVerify: true },
  ],
  proxy: {
    http: "http://proxy.example.com:3128",
    https: "http://user:it's@proxy.example.com:3128",
    noProxy: ["harbor.example.com", ".svc"],
  },
  proxyCertificates: [{ name: "proxy-root", pem: second.pem }],
  skipPluginSignature: true,
};
const once = (text: string) => Buffer.from(text).toString("base64");
const fileOf = (output: ReturnType<typeof generateTkgManagement>, path: string) =>
  output.files.find((file) => file.path === path)?.content ?? "";

test("writes the same variables as YAML, for a shell, and as commands", () => {
  const output = generateTkgManagement(tkgManagementInput.parse(whole));
  const expected = {
    TKG_CUSTOM_IMAGE_REPOSITORY: "harbor.example.com:8443/airgap/tkg",
    TKG_CUSTOM_IMAGE_REPOSITORY_CA_CERTIFICATE: once(first.pem),
    TKG_CUSTOM_IMAGE_REPOSITORY_SKIP_TLS_VERIFY: false,
    ADDITIONAL_IMAGE_REGISTRY_1: "second.example.com",
    ADDITIONAL_IMAGE_REGISTRY_1_CA_CERTIFICATE: once(second.pem),
    ADDITIONAL_IMAGE_REGISTRY_1_SKIP_TLS_VERIFY: false,
    ADDITIONAL_IMAGE_REGISTRY_2: "third.example.com/library",
    ADDITIONAL_IMAGE_REGISTRY_2_SKIP_TLS_VERIFY: true,
    TKG_HTTP_PROXY_ENABLED: true,
    TKG_HTTP_PROXY: "http://proxy.example.com:3128",
    TKG_HTTPS_PROXY: "http://user:it's@proxy.example.com:3128",
    TKG_NO_PROXY: "harbor.example.com,.svc",
    TKG_PROXY_CA_CERT: once(second.pem + first.pem),
  };
  expect(readDocuments(fileOf(output, "tkg-variables.yaml")).documents).toEqual([expected]);
  const spoken = {
    ...Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, String(value)])),
    TANZU_CLI_PLUGIN_DISCOVERY_IMAGE_SIGNATURE_VERIFICATION_SKIP_LIST:
      "harbor.example.com:8443/airgap/tanzu_cli/plugins/plugin-inventory:latest",
  };
  for (const path of ["tkg-variables.env", "tanzu-config-set.sh"]) {
    const read = readTkgVariables(fileOf(output, path));
    expect(Object.fromEntries(read.map(({ name, value }) => [name, value]))).toEqual(spoken);
  }
  expect(fileOf(output, "tkg-variables.env")).toContain(
    "export TKG_HTTPS_PROXY='http://user:it'\\''s@proxy.example.com:3128'\n",
  );
  expect(output.files.filter(({ isSecret }) => isSecret)).toHaveLength(3);
});

test("is what a shell itself takes", () => {
  const input = tkgManagementInput.parse(whole);
  const output = generateTkgManagement(input);
  const run = (script: string) => execFileSync("sh", ["-euc", script], { encoding: "utf8" });
  const [name, value] = ["TKG_HTTPS_PROXY", "http://user:it's@proxy.example.com:3128"];
  expect(run(`${fileOf(output, "tkg-variables.env")}printf %s "$${name}"`)).toBe(value);
  const tanzu = 'tanzu() { [ "$2" = set ] && printf "%s\\n" "$3=$4"; }\n';
  const lines = run(tanzu + fileOf(output, "tanzu-config-set.sh"))
    .trim()
    .split("\n");
  expect(lines).toContain(`env.${name}=${value}`);
  expect(lines).toHaveLength(readTkgVariables(fileOf(output, "tanzu-config-set.sh")).length);
});

test.each(["tkg-variables.env", "tanzu-config-set.sh"])("is read back from %s", (path) => {
  const input = tkgManagementInput.parse(whole);
  expect(withFingerprints(parseTkgManagement(fileOf(generateTkgManagement(input), path)))).toEqual(
    withFingerprints(input),
  );
});

test("is read back from YAML, which tells nothing of the CLI", () => {
  const input = tkgManagementInput.parse({ ...whole, skipPluginSignature: false });
  expect(
    withFingerprints(parseTkgManagement(fileOf(generateTkgManagement(input), "tkg-variables.yaml"))),
  ).toEqual(withFingerprints(input));
});

test("teaches the CLI where its plug-ins are, and whom to trust", () => {
  const commands = (input: unknown) =>
    generateTkgManagement(tkgManagementInput.parse(input)).steps.flatMap((step) => step.commands);
  const image = "harbor.example.com:8443/airgap/tanzu_cli/plugins/plugin-inventory:latest";
  expect(commands(whole)).toEqual([
    "sh tanzu-config-set.sh",
    "tanzu config cert add --host harbor.example.com:8443 --ca-cert registry-ca.crt",
    `tanzu plugin source update default --uri ${image}`,
    "tanzu plugin search",
  ]);
  expect(commands({ ...whole, skipTlsVerify: true })[1]).toBe(
    "tanzu config cert add --host harbor.example.com:8443 --skip-cert-verify true",
  );
  expect(commands({ registry: "harbor.example.com" }).join("\n")).not.toContain("cert add");
});

test("says what is to be known", () => {
  const notes = (input: unknown) => generateTkgManagement(tkgManagementInput.parse(input)).notes;
  expect(notes({ registry: "harbor.example.com" }).map(({ code }) => code)).toEqual([
    "anonymous-pull",
    "new-clusters-only",
  ]);
  expect(notes(whole)).toEqual([
    { code: "anonymous-pull", facts: { host: "harbor.example.com:8443" } },
    { code: "proxy-certificate-wins", facts: {} },
    { code: "verification-off", facts: { host: "third.example.com" } },
    { code: "proxy-takes-registry", facts: { host: "second.example.com" } },
    { code: "proxy-takes-registry", facts: { host: "third.example.com" } },
    { code: "several-in-one-file", facts: { count: 2, path: "/etc/ssl/certs/tkg-custom-ca.pem" } },
    {
      code: "signature-not-checked",
      facts: { image: "harbor.example.com:8443/airgap/tanzu_cli/plugins/plugin-inventory:latest" },
    },
    { code: "new-clusters-only", facts: {} },
  ]);
});

test.each([
  [{ registry: "https://harbor.example.com" }, "scheme"],
  [{ registry: "harbor.example.com/" }, "trailing-slash"],
  [{ registry: "harbor.example.com/base/tkg" }, "ends-in-folder"],
  [{ registry: "a.example", additionalRegistries: Array(4).fill({ registry: "b.example" }) }, "too-many"],
])("refuses an input and says why (%#: %s)", (input, message) => {
  expect(tkgManagementInput.safeParse(input).error?.issues.map((issue) => issue.message)).toEqual([message]);
});

test("reads a shell's words as they were quoted, on whatever line", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (words) => {
      const script = `# it's a comment\n\n${words.map((word) => quoteArgument(word)).join(" \\\n ")} # end`;
      expect(splitCommands(script)).toEqual([{ words, line: 3 }]);
    }),
  );
  expect(splitCommands(`A="x\\"y\ny" B=it\\'s; C='open`)).toEqual([
    { words: ['A=x"y\ny', "B=it's"], line: 1 },
    { words: ["C=open"], line: 2 },
  ]);
});

test("no text breaks the readers", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(parseTkgManagement(text)).toBeNull();
      expect(splitCommands(text).every(({ words }) => words.length > 0)).toBe(true);
    }),
  );
});
