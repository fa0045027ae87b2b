import { checkCertificates } from "./check-certificates.ts";
import { findReferences } from "./check-cluster.ts";
import { checkTrustNames, listRepeated } from "./check-trust-list.ts";
import { type FoundObject, listSecretTexts, mayShareNamespace } from "./found-object.ts";
import { trustSecretEnding, trustSecretName } from "./supervisor-cluster.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

/** Whether a Secret is one of a Supervisor's clusters, by its name. */
export const isTrustSecret = ({ kind, name }: FoundObject): boolean =>
  kind === "Secret" && name.endsWith(trustSecretEnding);

/** Checks the certificates in a Secret `<cluster>-user-trusted-ca-secret`: base64 of base64 of the PEM. */
export function checkTrustSecret(secret: FoundObject, at: Date): TrustFinding[] {
  const type = secret.body.type;
  const texts = listSecretTexts(secret);
  const seen = new Map<string, string>();
  return [
    // Without a type it is Opaque.
    ...(type === undefined || type === "Opaque"
      ? []
      : [
          trustFinding("trust-secret-type", secret.label, {
            type: typeof type === "string" ? shorten(type) : "",
          }),
        ]),
    ...checkTrustNames(
      texts.map(({ key }) => key),
      `${secret.label} data`,
    ),
    ...texts.flatMap(({ key, text, isPlain }) => {
      const place = `${secret.label} ${isPlain ? "stringData" : "data"}.${shorten(key)}`;
      // The server encodes `stringData` once more.
      const field = isPlain ? "tkg-service-configuration" : "cluster-secret";
      const { certificates, findings } = checkCertificates(text, field, place, at);
      return [...findings, ...listRepeated(certificates, key, seen, place)];
    }),
  ];
}

/** Whether Supervisor's clusters and their Secrets fit together: names, namespaces, keys. */
export function checkTrustAgreement(objects: readonly FoundObject[]): TrustFinding[] {
  const secrets = objects.filter(isTrustSecret);
  const clusters = objects
    .filter(({ kind }) => kind === "Cluster")
    .map((cluster) => ({ cluster, names: findReferences(cluster) }));
  const expectedNames = new Set(clusters.map(({ cluster }) => trustSecretName(cluster.name)));
  const strays = secrets.filter(({ name }) => !expectedNames.has(name));
  return clusters.flatMap(({ cluster, names }) => {
    if (names === null) return [];
    const expected = trustSecretName(cluster.name);
    const secret = secrets.find(({ name }) => name === expected);
    if (secret !== undefined) return compare(cluster, secret, names);
    const stray = strays.find((each) => mayShareNamespace(each, cluster));
    return stray === undefined
      ? [trustFinding("trust-secret-missing", cluster.label, { secret: shorten(expected) })]
      : [
          trustFinding("trust-secret-name-differs", stray.label, {
            secret: shorten(stray.name),
            expected: shorten(expected),
          }),
        ];
  });
}

function compare(cluster: FoundObject, secret: FoundObject, names: readonly string[]): TrustFinding[] {
  const shown = shorten(secret.name);
  const keys = listSecretTexts(secret).map(({ key }) => key);
  const place = `${cluster.label} spec.topology.variables[trust]`;
  return [
    ...(mayShareNamespace(cluster, secret)
      ? []
      : [
          trustFinding("trust-secret-namespace-differs", secret.label, {
            secret: shown,
            namespace: shorten(secret.namespace ?? ""),
            expected: shorten(cluster.namespace ?? ""),
          }),
        ]),
    ...names
      .filter((name) => !keys.includes(name))
      .map((key) => trustFinding("trust-secret-key-missing", place, { secret: shown, key: shorten(key) })),
    ...keys
      .filter((key) => !names.includes(key))
      .map((key) =>
        trustFinding("trust-secret-key-unused", secret.label, { secret: shown, key: shorten(key) }),
      ),
  ];
}
