import { defineRoute } from "#lib/routes/define-route.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { listBundles } from "#lib/services/bundles/index.ts";

/** Page<BundleSummary> */
export const GET = defineRoute({
  permission: "bundle.read",
  query: bundlesQuery,
  run: async ({ access, query }) => Response.json(await listBundles(access, query)),
});
