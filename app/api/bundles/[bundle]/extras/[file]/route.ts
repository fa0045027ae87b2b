import { defineRoute } from "#lib/routes/define-route.ts";
import { fileResponse } from "#lib/routes/file-response.ts";
import { bundleFileParams } from "#lib/schemas/bundles.ts";
import { openExtra } from "#lib/services/bundles/index.ts";

/** A file that travels along in the bundle, or the part of it that `Range` names. */
export const GET = defineRoute({
  permission: "bundle.read",
  params: bundleFileParams,
  run: async ({ access, params, request }) => fileResponse(request, await openExtra(access, params)),
});
