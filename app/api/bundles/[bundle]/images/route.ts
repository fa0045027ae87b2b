import { defineRoute } from "#lib/routes/define-route.ts";
import { bundleImagesQuery, bundleParams } from "#lib/schemas/bundles.ts";
import { listBundleImages } from "#lib/services/bundles/index.ts";

/** Page<BundleImageView> */
export const GET = defineRoute({
  permission: "bundle.read",
  params: bundleParams,
  query: bundleImagesQuery,
  run: async ({ access, params, query }) =>
    Response.json(await listBundleImages(access, params.bundle, query)),
});
