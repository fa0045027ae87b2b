import { defineRoute } from "#lib/routes/define-route.ts";
import { fileResponse } from "#lib/routes/file-response.ts";
import { bundleFileParams, uploadQuery } from "#lib/schemas/bundles.ts";
import { openFile, receiveUpload } from "#lib/services/bundles/index.ts";

/** A file of the bundle, or the part of it that `Range` names. */
export const GET = defineRoute({
  permission: "bundle.read",
  params: bundleFileParams,
  run: async ({ access, params, request }) => fileResponse(request, await openFile(access, params)),
});

/** Bytes of the file, as they are; `{ receivedBytes }` says how far it is. */
export const PATCH = defineRoute({
  permission: "bundle.write",
  params: bundleFileParams,
  query: uploadQuery,
  run: async ({ access, params, query, request }) =>
    Response.json(await receiveUpload(access, { ...params, ...query }, request.body)),
});
