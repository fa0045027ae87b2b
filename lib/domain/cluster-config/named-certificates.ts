import { z } from "zod";
import { readCertificates } from "../certificates/read-certificates.ts";

const maxCertificates = 50;

/**
 * Certificates under names that become names of files. Read again and written anew, so that nothing else of the input, such
 * as text between blocks or a private key, gets into a file.
 */
export const namedCertificatesSchema = z
  .array(
    z.object({
      name: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/),
      pem: z.string().transform((input, context) => {
        const { found, problems } = readCertificates(input);
        if (found.length === 0) {
          context.addIssue({ code: "custom", params: { problem: problems[0]?.code } });
          return z.NEVER;
        }
        return found.map(({ certificate }) => certificate.pem).join("");
      }),
    }),
  )
  .max(maxCertificates)
  .refine((all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length);
export type NamedCertificate = z.infer<typeof namedCertificatesSchema>[number];
