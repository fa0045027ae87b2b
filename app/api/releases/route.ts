import { defineRoute } from "#lib/routes/define-route.ts";
import { AppError } from "#lib/errors.ts";
import { readText } from "#lib/routes/read-body.ts";
import { importReleaseQuery, listLimits } from "#lib/schemas/releases.ts";
import { importRelease } from "#lib/services/releases/index.ts";

/** The list is the body, as it is: a server action would stop at 1 MB. */
export const POST = defineRoute({
  permission: "catalog.write",
  query: importReleaseQuery,
  run: async ({ access, query, request }) => {
    const tooLarge = () => new AppError("list-too-large", { file: query.file, ...listLimits });
    const text = await readText(request, listLimits.limitBytes, tooLarge);
    return Response.json(await importRelease(access, { ...query, text }), { status: 201 });
  },
});
