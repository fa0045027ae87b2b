import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryHost, type RegistryHost } from "#lib/engine/oci/reference.ts";
import { certificateList, type NamedCertificates } from "./cluster-input.ts";

/** `host[:port]`, without a scheme; the message of an issue is a `ReferenceProblem` of the engine. */
export const registryHost = z
  .string()
  .max(512)
  .transform((text, context): RegistryHost => {
    try {
      return parseRegistryHost(text);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      context.addIssue({ code: "custom", message: error.facts.problem ?? error.code });
      return z.NEVER;
    }
  });

/** Registries whose images are mirrored. */
export const sourceList = z.array(registryHost).max(100);

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
