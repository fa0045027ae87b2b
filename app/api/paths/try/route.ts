import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { tryPathsInput } from "#lib/schemas/paths.ts";
import { tryPaths } from "#lib/services/paths/index.ts";

/** TriedPaths. A question with a body: tables that nobody has saved yet are too long for an address. */
export const POST = defineRoute({
  permission: "catalog.read",
  run: async ({ access, request }) => Response.json(tryPaths(access, await readJson(request, tryPathsInput))),
});
