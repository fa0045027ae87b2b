import { defineRoute } from "#lib/routes/define-route.ts";
import { lookUpQuery } from "#lib/schemas/discoveries.ts";
import { lookUpPlugins } from "#lib/services/releases/index.ts";

/** PluginOffers of a source. */
export const GET = defineRoute({
  permission: "catalog.write",
  query: lookUpQuery,
  run: async ({ access, query, request }) =>
    Response.json(await lookUpPlugins(access, query, request.signal)),
});
