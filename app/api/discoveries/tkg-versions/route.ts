import { defineRoute } from "#lib/routes/define-route.ts";
import { lookUpQuery } from "#lib/schemas/discoveries.ts";
import { lookUpTkgVersions } from "#lib/services/releases/index.ts";

/** TkgVersion[]: what may be chosen at a source. */
export const GET = defineRoute({
  permission: "catalog.write",
  query: lookUpQuery,
  run: async ({ access, query, request }) =>
    Response.json(await lookUpTkgVersions(access, query, request.signal)),
});
