import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { tickSwitchInput } from "#lib/schemas/checklists.ts";
import { switchTick } from "#lib/services/checklists/index.ts";

/** Null. No action: those wait for each other, and whoever leaves the page takes along what has not been sent. */
export const POST = defineRoute({
  permission: "checklist.write",
  run: async ({ access, request }) => {
    await switchTick(access, await readJson(request, tickSwitchInput));
    return Response.json(null);
  },
});
