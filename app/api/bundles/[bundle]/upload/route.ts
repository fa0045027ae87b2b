import { defineRoute } from "#lib/routes/define-route.ts";
import { bundleParams } from "#lib/schemas/bundles.ts";
import { finishUpload, getUpload } from "#lib/services/bundles/index.ts";

/** UploadView: from where to go on. */
export const GET = defineRoute({
  permission: "bundle.write",
  params: bundleParams,
  run: async ({ access, params }) => Response.json(await getUpload(access, params.bundle)),
});

/** All files are there. */
export const POST = defineRoute({
  permission: "bundle.write",
  params: bundleParams,
  run: async ({ access, params }) => {
    await finishUpload(access, params.bundle);
    return Response.json({});
  },
});
