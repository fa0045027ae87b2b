import { defineRoute } from "#lib/routes/define-route.ts";
import { textResponse } from "#lib/routes/text-response.ts";
import { releaseParams } from "#lib/schemas/releases.ts";
import { downloadDocument } from "#lib/services/dependencies/index.ts";

/** The text that the release was made of, as it is edited now. */
export const GET = defineRoute({
  permission: "catalog.read",
  params: releaseParams,
  run: async ({ access, params }) => textResponse(await downloadDocument(access, params.release)),
});
