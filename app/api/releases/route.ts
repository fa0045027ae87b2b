import { defineRoute } from "#lib/routes/define-route.ts";
import { readText } from "#lib/routes/read-text.ts";
import { importReleaseQuery, listLimits } from "#lib/schemas/releases.ts";
import { importRelease } from "#lib/services/releases.ts";

/** The list is the body, as it is: a server action would stop at 1 MB. */
export const POST = defineRoute({
  permission: "catalog.write",
  query: importReleaseQuery,
  run: async ({ access, query, request }) => {
    const text = await readText(request, { file: query.file, ...listLimits });
    return Response.json(await importRelease(access, { ...query, text }), { status: 201 });
  },
});
