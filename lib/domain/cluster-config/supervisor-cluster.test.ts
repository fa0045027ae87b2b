import { expect, test } from "vitest";
import { makeTrustedCertificates, withFingerprints } from "#lib/testing/trusted-certificates.ts";
import { opaqueSecret } from "./kubernetes-objects.ts";
import { readDocuments } from "./read-documents.ts";
import {
  generateSupervisorCluster,
  parseSupervisorCluster,
  supervisorClusterInput,
} from "./supervisor-cluster.ts";
import { clusterObject, trustReferences } from "./tanzu-objects.ts";

const { first, second } = makeTrustedCertificates();
const input = supervisorClusterInput.parse({
  cluster: "prod-1",
  namespace: "team-a",
  certificates: [
    { name: "additional-ca-1", pem: first.pem },
    { name: "both", pem: first.pem + second.pem },
  ],
});
const contents = (output: ReturnType<typeof generateSupervisorCluster>) =>
  output.files.map(({ content }) => content);

test("names what the Secret holds, twice in base64, and is what the API takes", () => {
  const [[secret], [object]] = contents(generateSupervisorCluster(input)).map(
    (text) => readDocuments(text).documents,
  ) as [[unknown], [unknown]];
  const read = opaqueSecret.parse(secret);
  expect(read.metadata).toEqual({ name: "prod-1-user-trusted-ca-secret", namespace: "team-a" });
  const twice = (text: string) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64");
  expect(read.data).toEqual({ "additional-ca-1": twice(first.pem), both: twice(first.pem + second.pem) });
  const { metadata, spec } = clusterObject.parse(object);
  expect(metadata).toEqual({ name: "prod-1", namespace: "team-a" });
  const [variable] = spec.topology.variables;
  expect(variable?.name).toBe("trust");
  const { additionalTrustedCAs } = trustReferences.parse(variable?.value);
  expect(additionalTrustedCAs.map(({ name }) => name)).toEqual(Object.keys(read.data));
});

test("is read back from both, in whatever order, and not from one", () => {
  const [secret = "", object = ""] = contents(generateSupervisorCluster(input));
  expect(withFingerprints(parseSupervisorCluster(`${secret}---\n${object}`))).toEqual(
    withFingerprints(input),
  );
  expect(withFingerprints(parseSupervisorCluster(`${object}---\n${secret}`))).toEqual(
    withFingerprints(input),
  );
  expect(parseSupervisorCluster(secret)).toBeNull();
  expect(parseSupervisorCluster(`${secret}---\n${object.replace("prod-1", "prod-2")}`)).toBeNull();
});

test("types the commands out", () => {
  expect(generateSupervisorCluster(input).steps.flatMap(({ commands }) => commands)).toEqual(
    expect.arrayContaining([
      "kubectl apply -f trust-secret.yaml",
      "kubectl edit cluster.cluster.x-k8s.io prod-1 -n team-a",
      "ls -l /etc/ssl/certs/tkg-additional-ca-1.pem",
    ]),
  );
});

test.each([
  [{ ...input, cluster: "Prod" }, "name-format"],
  [{ ...input, certificates: [] }, "required"],
  [{ ...input, certificates: [{ name: "..", pem: first.pem }] }, "secret-key-format"],
])("refuses an input and says why (%#: %s)", (wrong, message) => {
  expect(supervisorClusterInput.safeParse(wrong).error?.issues.map((issue) => issue.message)).toContain(
    message,
  );
});
