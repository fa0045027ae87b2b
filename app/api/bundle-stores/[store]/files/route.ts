import { defineRoute } from "#lib/routes/define-route.ts";
import { storeParams } from "#lib/schemas/bundles.ts";
import { listStoreFiles } from "#lib/services/bundles/index.ts";

/** StoreFileView[] */
export const GET = defineRoute({
  permission: "bundle.read",
  params: storeParams,
  run: async ({ access, params }) => Response.json(await listStoreFiles(access, params.store)),
});
