import { AppError } from "#lib/errors.ts";
import { defineRoute } from "#lib/routes/define-route.ts";
import { readBytes } from "#lib/routes/read-body.ts";
import { certificateLimits } from "#lib/schemas/certificates.ts";
import { previewCertificates } from "#lib/services/certificates/index.ts";

/** CertificatePreview. The text or file is the body, of which nothing is kept. */
export const POST = defineRoute({
  permission: "certificate.write",
  run: async ({ access, request }) => {
    const limitBytes = certificateLimits.sizeBytes;
    const bytes = await readBytes(request, limitBytes, () => new AppError("body-too-large", { limitBytes }));
    return Response.json(await previewCertificates(access, bytes));
  },
});
