import { z } from "zod";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { readingProblemSeverities } from "#lib/domain/certificates/reading-problem.ts";
import { findTrustNameProblem } from "#lib/domain/certificates/trust-name.ts";
import { type clusterFolders, findEndingFolder } from "#lib/domain/vcd/resolved-paths.ts";
import { parseRegistryBase, type RegistryBase } from "#lib/engine/oci/reference.ts";
import { referenceText } from "./reference-text.ts";

/** Certificates under one name, as `additionalTrustedCAs` lists them; most names have one. */
export interface NamedCertificates {
  readonly name: string;
  readonly certificates: readonly Certificate[];
}

const maxNameLength = 255;
const maxTextLength = 1024;
const maxPemLength = 65_536;
const maxCertificates = 50;
const maxNoProxy = 100;

/** `host[:port][/base]`, without a scheme; the message of an issue is a `ReferenceProblem` of the engine. */
export const registryBase = referenceText(maxTextLength, parseRegistryBase);

/** A registry base as it is written: `host[:port][/base]`. */
export const formatBase = ({ registry, base }: RegistryBase): string =>
  base === "" ? registry : `${registry}/${base}`;

/** A base under which the folders of clusters stand, and so none that ends in one of these itself. */
export const clusterBase = registryBase.refine(
  ({ base }) => findEndingFolder(base) === null,
  "ends-in-folder",
);

/** One of the folders that clusters look in, below a base: `host[:port][/base]/tkg`. */
export const formatFolder = (base: RegistryBase, folder: (typeof clusterFolders)[number]): string =>
  `${formatBase(base)}/${folder}`;

/** One or more certificates in PEM; the message of an issue is the code of a `ReadingProblem`. */
const pem = z
  .string()
  .max(maxPemLength)
  .transform((text, context): readonly Certificate[] => {
    const { found, problems } = readCertificates(text);
    if (found.length > 0) return found.map(({ certificate }) => certificate);
    const problem = problems.find(({ code }) => readingProblemSeverities[code] === "error");
    context.addIssue({ code: "custom", message: problem?.code ?? "no-certificate-found" });
    return z.NEVER;
  });

const namedCertificates = z
  .strictObject({ name: z.string().max(maxTextLength), pem })
  .transform(({ name, pem: certificates }): NamedCertificates => ({ name, certificates }));

/** Certificates with their names, each of which is there once; messages of issues are codes of `TrustNameProblem`. */
export const certificateList = z
  .array(namedCertificates)
  .max(maxCertificates)
  .superRefine((list, context) => {
    for (const [index, { name }] of list.entries()) {
      const taken = list.slice(0, index).map((other) => other.name);
      const problem = findTrustNameProblem(name, taken);
      if (problem === null) continue;
      context.addIssue({ code: "custom", path: [index, "name"], message: problem.code });
    }
  });

const proxyUrl = z.string().max(maxTextLength).refine(isProxyUrl, "proxy-format");

/** What `NO_PROXY` holds between two commas. */
const noProxyEntry = z
  .string()
  .max(maxNameLength)
  .regex(/^[^\s,]+$/, "no-proxy-format");

/** A proxy for both schemes, and what is reached without it: all three, since clusters want all or none. */
export const proxyInput = z.strictObject({
  http: proxyUrl,
  https: proxyUrl,
  noProxy: z.array(noProxyEntry).max(maxNoProxy),
});

export type ProxyInput = z.output<typeof proxyInput>;

/** What a registry is signed in to with. */
export const credentialsInput = z.strictObject({
  // A colon would end it (RFC 7617 section 2).
  username: z
    .string()
    .min(1, "required")
    .max(maxNameLength)
    .regex(/^[^:]+$/, "username-format"),
  password: z.string().min(1, "required").max(8192),
});

/** A label of RFC 1123, as clusters and namespaces are called. */
export const labelName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, "name-format");

/** A subdomain of RFC 1123, as most objects of Kubernetes are called. */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/, "name-format");

/** Whether a text is `http(s)://[user:password@]host[:port]`. */
export function isProxyUrl(text: string): boolean {
  const url = /^https?:\/\/[^\s/?#]+\/?$/i.test(text) ? URL.parse(text) : null;
  return url !== null && url.hostname !== "";
}

/** Whether a password, or a name to sign in with, stands in one of the addresses of a proxy. */
export function hasPassword(proxy: ProxyInput | null): boolean {
  return proxy !== null && [proxy.http, proxy.https].some((text) => /^[a-z]+:\/\/[^/]*@/i.test(text));
}
