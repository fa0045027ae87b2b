import { AppError } from "#lib/errors.ts";
import { defineRoute } from "#lib/routes/define-route.ts";
import { readText } from "#lib/routes/read-body.ts";
import { listLimits, previewImportQuery } from "#lib/schemas/releases.ts";
import { previewImport } from "#lib/services/releases/index.ts";

/** ImportPreview. The list is the body, as it is sent when it is imported. */
export const POST = defineRoute({
  permission: "catalog.write",
  query: previewImportQuery,
  run: async ({ access, query, request }) => {
    const tooLarge = () => new AppError("list-too-large", { file: query.file, ...listLimits });
    const text = await readText(request, listLimits.limitBytes, tooLarge);
    return Response.json(await previewImport(access, { ...query, text }));
  },
});
