import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import {
  encodeForField,
  findTanzuFile,
  listNodeChecks,
  type TrustField,
} from "#lib/domain/certificates/node-files.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { suggestTrustName } from "#lib/domain/certificates/trust-name.ts";
import type { NamedCertificates, ProxyInput } from "./cluster-input.ts";
import type { ProxyConfiguration } from "./tanzu-objects.ts";

/** TLSCertificate of run.tanzu.vmware.com */
interface TrustEntry {
  readonly name: string;
  readonly data: string;
}

/** `additionalTrustedCAs`, each value encoded as its field wants it. */
export const formatTrustEntries = (list: readonly NamedCertificates[], field: TrustField): TrustEntry[] =>
  list.map(({ name, certificates }) => ({ name, data: encodeForField(certificates, field) }));

/** What `additionalTrustedCAs` holds, however often it is encoded; names whose value has no certificate are left out. */
export const parseTrustEntries = (entries: readonly TrustEntry[]): NamedCertificates[] =>
  entries
    .map(({ name, data }) => ({
      name,
      certificates: parseCertificates(data),
    }))
    .filter(({ certificates }) => certificates.length > 0);

/** The certificates in a value, however often it is encoded. */
export const parseCertificates = (value: string | undefined): Certificate[] =>
  value === undefined ? [] : readCertificates(value).found.map(({ certificate }) => certificate);

/** Names for certificates that come from where they have none: each its own. */
export function nameCertificates(certificates: readonly Certificate[]): NamedCertificates[] {
  const taken: string[] = [];
  return certificates.map((certificate) => {
    const name = suggestTrustName(certificate, taken);
    taken.push(name);
    return { name, certificates: [certificate] };
  });
}

/** All certificates of lists, each once. */
export function listCertificates(...lists: readonly (readonly NamedCertificates[])[]): Certificate[] {
  const all = lists.flat().flatMap(({ certificates }) => certificates);
  return [...new Map(all.map((each) => [each.fingerprint, each])).values()];
}

/** ProxyConfiguration of run.tanzu.vmware.com, and `proxy` of a ClusterClass. */
export const formatProxy = ({ http, https, noProxy }: ProxyInput): ProxyConfiguration => ({
  httpProxy: http,
  httpsProxy: https,
  noProxy,
});

/** The other way round; null where there is no proxy. */
export const parseProxy = (proxy: ProxyConfiguration | undefined): ProxyInput | null =>
  proxy === undefined ? null : { http: proxy.httpProxy, https: proxy.httpsProxy, noProxy: proxy.noProxy };

/** What a person types on a node of vSphere with Tanzu to see whether each certificate has got there. */
export const listTanzuChecks = (list: readonly NamedCertificates[]): string[] =>
  list.flatMap(({ name, certificates: [first] }) => {
    const file = first === undefined ? null : findTanzuFile(name, first);
    return file === null ? [] : listNodeChecks(file);
  });
