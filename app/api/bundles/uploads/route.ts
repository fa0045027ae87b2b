import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { beginUploadInput } from "#lib/schemas/bundles.ts";
import { beginUpload } from "#lib/services/bundles/index.ts";

/** UploadView. A server action would do, but the rest of an upload comes this way, too. */
export const POST = defineRoute({
  permission: "bundle.write",
  run: async ({ access, request }) => {
    const input = await readJson(request, beginUploadInput);
    return Response.json(await beginUpload(access, input), { status: 201 });
  },
});
