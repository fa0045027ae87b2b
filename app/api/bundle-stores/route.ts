import { defineRoute } from "#lib/routes/define-route.ts";
import { listStores } from "#lib/services/bundles/index.ts";

/** StoreView[] */
export const GET = defineRoute({
  permission: "bundle.read",
  run: async ({ access }) => Response.json(await listStores(access)),
});
