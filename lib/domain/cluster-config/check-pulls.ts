import { beginsWithHost } from "#lib/engine/oci/reference.ts";
import { checkPullSecret, isForHost, isPullSecret } from "./check-pull-secret.ts";
import { type FoundObject, mayShareNamespace } from "./found-object.ts";
import { asList, asMap, asText, findBelow, type YamlValue } from "./read-documents.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

/** Where the specification of the Pods stands in what makes Pods. */
const podSpecPaths: ReadonlyMap<string, readonly string[]> = new Map([
  ["Pod", ["spec"]],
  ["CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]],
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"].map(
    (kind): [string, string[]] => [kind, ["spec", "template", "spec"]],
  ),
]);

/** Whether these rules look at an object: it pulls images, or says with what. */
export const isAboutPulls = (object: FoundObject): boolean =>
  podSpecPaths.has(object.kind) || object.kind === "ServiceAccount" || isPullSecret(object);

/**
 * Checks image pull Secrets, and whether Pods and ServiceAccounts that name them are in their namespaces: kubelet looks
 * nowhere else ("Pull an Image from a Private Registry" of Kubernetes).
 */
export function checkPulls(objects: readonly FoundObject[]): TrustFinding[] {
  const secrets = objects.filter(isPullSecret).map((secret) => ({ secret, ...checkPullSecret(secret) }));
  const accounts = objects.filter(({ kind }) => kind === "ServiceAccount");
  return [
    ...secrets.flatMap(({ findings }) => findings),
    ...accounts.flatMap((account) =>
      listReferences(account.body.imagePullSecrets).flatMap((name) => judge(account, name, [], secrets)),
    ),
    ...objects.flatMap((object) => {
      const path = podSpecPaths.get(object.kind);
      const spec = path === undefined ? undefined : findBelow(object.body, ...path);
      if (spec === undefined) return [];
      const hosts = listHosts(spec);
      const names = listReferences(findBelow(spec, "imagePullSecrets"));
      return [
        ...names.flatMap((name) => judge(object, name, names.length === 1 ? hosts : [], secrets)),
        ...judgeAccount(object, asText(findBelow(spec, "serviceAccountName")), accounts),
      ];
    }),
  ];
}

interface ReadSecret {
  readonly secret: FoundObject;
  readonly hosts: readonly string[] | null;
}

const listReferences = (list: YamlValue | undefined): string[] =>
  asList(list).flatMap((entry) => asText(asMap(entry)?.name) ?? []);

/** The registries that a Pod's images name. */
function listHosts(spec: YamlValue): string[] {
  const images = ["initContainers", "containers"]
    .flatMap((key) => asList(findBelow(spec, key)))
    .flatMap((container) => asText(asMap(container)?.image) ?? [])
    .filter(beginsWithHost);
  return [...new Set(images.map((image) => image.slice(0, image.indexOf("/")).toLowerCase()))];
}

/** @param hosts registries that the Secret must be for; none where others are named beside it */
function judge(
  user: FoundObject,
  name: string,
  hosts: readonly string[],
  secrets: readonly ReadSecret[],
): TrustFinding[] {
  const named = secrets.filter(({ secret }) => secret.name === name);
  const found = named.find(({ secret }) => mayShareNamespace(secret, user));
  const [other] = named;
  const [shown, expected] = [shorten(name), shorten(user.namespace ?? "")];
  if (found === undefined) {
    if (other === undefined) {
      return [trustFinding("pull-secret-missing", user.label, { secret: shown, namespace: expected })];
    }
    const namespace = shorten(other.secret.namespace ?? "");
    return [
      trustFinding("pull-secret-namespace-differs", user.label, { secret: shown, namespace, expected }),
    ];
  }
  const known = found.hosts;
  if (known === null) return [];
  return hosts
    .filter((host) => !known.some((key) => isForHost(key, host)))
    .map((host) =>
      trustFinding("pull-secret-other-registry", user.label, {
        host: shorten(host),
        found: shorten(known.join(", ")),
      }),
    );
}

function judgeAccount(
  user: FoundObject,
  name: string | null,
  accounts: readonly FoundObject[],
): TrustFinding[] {
  const named = accounts.filter((account) => account.name === name);
  const [first] = named;
  if (first === undefined || named.some((account) => mayShareNamespace(account, user))) return [];
  return [
    trustFinding("service-account-namespace-differs", user.label, {
      account: shorten(first.name),
      namespace: shorten(first.namespace ?? ""),
      expected: shorten(user.namespace ?? ""),
    }),
  ];
}
