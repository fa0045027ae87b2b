import { z } from "zod";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { certificateList, type NamedCertificates } from "./cluster-input.ts";
import { referenceText } from "./reference-text.ts";

/** `host[:port]`, without a scheme; the message of an issue is a `ReferenceProblem` of the engine. */
export const registryHost = referenceText(512, parseRegistryHost);

/** Registries whose images are mirrored, each once. */
export const sourceList = z
  .array(registryHost)
  .max(100)
  .transform((hosts) => [...new Set(hosts)]);

/** Certificates that become files by their names, for which Windows makes nothing of letter case. */
export const certificateFiles = certificateList.refine(
  (list) => new Set(list.map(({ name }) => name.toLowerCase())).size === list.length,
  "trust-name-taken",
);

/** All certificates of a name, one after another, in PEM. */
export const formatPem = ({ certificates }: NamedCertificates): string =>
  certificates.map(({ pem }) => pem).join("");

/** The file that the certificates of a name become: programs look for `.crt`. */
export const nameFile = ({ name }: NamedCertificates): string => `${name}.crt`;
