import { expect, test } from "vitest";
import { makeTrustedCertificates, withFingerprints } from "#lib/testing/trusted-certificates.ts";
import { tkgServiceConfiguration } from "./tanzu-objects.ts";
import { readDocuments } from "./read-documents.ts";
import { generateTkgService, parseTkgService, tkgServiceInput } from "./tkg-service.ts";

const { first, second, leaf } = makeTrustedCertificates();
const proxy = {
  http: "http://proxy.example.com:3128",
  https: "http://proxy.example.com:3128",
  noProxy: ["10.0.0.0/8", ".svc", "harbor.example.com"],
};
const base = {
  version: "v1alpha3",
  certificates: [
    { name: "harbor-lab", pem: first.pem },
    { name: "proxy.root", pem: second.pem },
  ],
  proxy,
  nodeDrainTimeout: "90s",
};

test.each(["v1alpha1", "v1alpha2", "v1alpha3"])(
  "writes what the API %s takes, and reads it back",
  (version) => {
    const input = tkgServiceInput.parse({
      ...base,
      version,
      nodeDrainTimeout: version === "v1alpha1" ? null : "90s",
    });
    const [file] = generateTkgService(input).files;
    const [document] = readDocuments(file?.content ?? "").documents;
    expect(tkgServiceConfiguration.safeParse(document).error).toBeUndefined();
    expect(document).toMatchObject({
      apiVersion: `run.tanzu.vmware.com/${version}`,
      metadata: { name: "tkg-service-configuration" },
      spec: {
        defaultCNI: "antrea",
        proxy: { httpProxy: proxy.http, httpsProxy: proxy.https, noProxy: proxy.noProxy },
        trust: {
          additionalTrustedCAs: [
            { name: "harbor-lab", data: Buffer.from(first.pem).toString("base64") },
            { name: "proxy.root", data: Buffer.from(second.pem).toString("base64") },
          ],
        },
      },
    });
    expect(file?.isSecret).toBe(false);
    expect(withFingerprints(parseTkgService(file?.content ?? ""))).toEqual(withFingerprints(input));
  },
);

test("leaves out what is not asked for", () => {
  const input = tkgServiceInput.parse({ version: "v1alpha1", certificates: [] });
  const { files, steps, notes } = generateTkgService(input);
  expect(files[0]?.content).toBe(
    "apiVersion: run.tanzu.vmware.com/v1alpha1\nkind: TkgServiceConfiguration\nmetadata:\n" +
      "  name: tkg-service-configuration\nspec:\n  defaultCNI: antrea\n",
  );
  expect(steps.map(({ code }) => code)).not.toContain("check-on-node");
  expect(notes.map(({ code }) => code)).not.toContain("rotation");
});

test("says where the nodes have it, which clusters go by it, and marks a proxy's password", () => {
  const http = "http://user:secret@proxy.example.com:3128";
  const { files, steps, notes } = generateTkgService(
    tkgServiceInput.parse({ ...base, proxy: { ...proxy, http } }),
  );
  expect(files[0]?.isSecret).toBe(true);
  expect(steps.find(({ code }) => code === "check-on-node")?.commands).toContain(
    "ls -l /etc/ssl/certs/tkg-proxy.root.pem",
  );
  expect(notes.map(({ code }) => code)).toEqual([
    "needs-vsphere-7-u2",
    "not-vsphere-pods",
    "new-clusters-only",
    "first-one-rolls-all",
    "list-is-replaced",
    "rotation",
    "removal",
    "wrong-certificate",
    "not-v1beta1-clusters",
  ]);
});

test.each([
  [{ ...base, version: "v1alpha1" }, "needs-v1alpha2"],
  [{ ...base, certificates: [{ name: "a b", pem: first.pem }] }, "trust-name-characters"],
  [{ ...base, certificates: [base.certificates[0], base.certificates[0]] }, "trust-name-taken"],
  [{ ...base, certificates: [{ name: "a", pem: leaf.pem + leaf.keyPem }] }, "private-key"],
  [{ ...base, certificates: [{ name: "a", pem: "nothing" }] }, "no-certificate-found"],
  [{ ...base, nodeDrainTimeout: "soon" }, "duration-format"],
  [{ ...base, proxy: { ...proxy, http: "proxy:3128" } }, "proxy-format"],
  [{ ...base, proxy: { ...proxy, noProxy: ["a,b"] } }, "no-proxy-format"],
])("refuses an input and says why (%#: %s)", (input, message) => {
  expect(tkgServiceInput.safeParse(input).error?.issues.map((issue) => issue.message)).toContain(message);
});

test.each([
  "",
  "kind: Pod",
  "a: [",
  "apiVersion: run.tanzu.vmware.com/v1alpha1\nkind: TkgServiceConfiguration",
])("reads nothing out of %j", (text) => {
  expect(parseTkgService(text)).toBeNull();
});
