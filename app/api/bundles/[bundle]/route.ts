import { defineRoute } from "#lib/routes/define-route.ts";
import { bundleParams } from "#lib/schemas/bundles.ts";
import { getBundle } from "#lib/services/bundles/index.ts";

/** BundleDetail */
export const GET = defineRoute({
  permission: "bundle.read",
  params: bundleParams,
  run: async ({ access, params }) => Response.json(await getBundle(access, params.bundle)),
});
