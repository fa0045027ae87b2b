import "server-only";
import type { ConfigKind } from "#lib/domain/cluster-config/config-kinds.ts";
import type { ConfigForm } from "#lib/schemas/cluster-config.ts";
import type { MirroredImages } from "./mirrored-images.ts";

/** What the panel puts beside what a person has said. */
export interface KnownParts extends MirroredImages {
  /** `host[:port][/base]` */
  registry: string;
  host: string;
  isPlainHttp: boolean;
  certificates: readonly { name: string; pem: string }[];
  proxyCertificates: readonly { name: string; pem: string }[];
}

/** What the generators take, by their kinds: names of fields are those of the form wherever they can be. */
export const configInputs: Readonly<Record<ConfigKind, (form: ConfigForm, known: KnownParts) => object>> = {
  "tkg-management": (form, known) => ({
    ...clusterParts(form, known),
    skipPluginSignature: form.skipPluginSignature,
  }),
  "cluster-class": (form, known) => ({
    ...clusterParts(form, known),
    ...{ cluster: form.cluster, namespace: form.namespace },
  }),
  "tkg-service": (form, { certificates }) => ({
    ...{ version: form.version, name: form.name, defaultCni: form.defaultCni, certificates },
    ...{ proxy: proxyOf(form), nodeDrainTimeout: form.nodeDrainTimeout || null },
  }),
  "supervisor-cluster": ({ cluster, namespace }, { certificates }) => ({ cluster, namespace, certificates }),
  "tanzu-kubernetes-cluster": (form, { certificates }) => ({
    ...{ version: form.version, cluster: form.cluster, namespace: form.namespace },
    ...{ encoding: form.encoding, certificates, proxy: proxyOf(form) },
  }),
  cse: (_form, { registry, certificates }) => ({ registry, certificates }),
  openshift: (form, { host, certificates, images }) => ({
    ...{ name: form.name, images, includesTags: form.includesTags, policy: form.policy },
    ...{
      hasWindowsNodes: form.hasWindowsNodes,
      trust: certificates.length > 0 ? [{ registry: host, certificates }] : [],
    },
    credentials: isSigningIn(form) ? [{ registry: host, ...form.credentials }] : [],
    ...(form.pullSecret !== "" && { pullSecret: form.pullSecret }),
  }),
  containerd: ({ sources, mayAskSource, system }, { registry, certificates, isPlainHttp: plainHttp }) => ({
    ...{ registry, sources, certificates, mayAskSource, system, plainHttp },
  }),
  docker: ({ sources, system }, { registry, certificates }) => ({ registry, sources, certificates, system }),
  podman: ({ sources, mayAskSource, pullBy }, { registry, certificates, isPlainHttp: plainHttp }) => ({
    ...{ registry, sources, certificates, mayAskSource, pullBy, plainHttp },
  }),
  workload: (form, { registry }) => ({
    ...{ registry, credentials: form.credentials, namespace: form.namespace, secret: form.secret },
    ...{ serviceAccount: form.serviceAccount, name: form.name, image: form.image },
  }),
};

function clusterParts(form: ConfigForm, { registry, certificates, proxyCertificates }: KnownParts) {
  return {
    ...{ registry, certificates, skipTlsVerify: form.skipTlsVerify, proxy: proxyOf(form) },
    proxyCertificates: form.hasProxy ? proxyCertificates : [],
    additionalRegistries: form.additionalRegistries.map(({ trustsSame, ...other }) => ({
      ...{ ...other, certificates: trustsSame ? certificates : [] },
    })),
  };
}

/** Whoever has said half of it is to be told of the other. */
const isSigningIn = ({ credentials }: ConfigForm): boolean =>
  credentials.username !== "" || credentials.password !== "";

function proxyOf({ hasProxy, proxy }: ConfigForm) {
  if (!hasProxy) return null;
  const noProxy = proxy.noProxy.split(/[\s,]+/).filter((entry) => entry !== "");
  return { ...proxy, noProxy };
}
