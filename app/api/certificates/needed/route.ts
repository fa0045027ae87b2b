import { defineRoute } from "#lib/routes/define-route.ts";
import { findNeeded } from "#lib/services/certificates/index.ts";

/** NeededCertificates of the registry that clusters pull from, which is asked for it now; null where none is set. */
export const GET = defineRoute({
  permission: "certificate.read",
  run: async ({ access, request }) => Response.json(await findNeeded(access, request.signal)),
});
