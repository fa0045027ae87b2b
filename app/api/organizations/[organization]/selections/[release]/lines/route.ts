import { defineRoute } from "#lib/routes/define-route.ts";
import { selectionParams } from "#lib/schemas/selections.ts";
import { getSelectionText } from "#lib/services/selections/index.ts";

/** SelectionText: the selection line by line, each as it is on and off. */
export const GET = defineRoute({
  permission: "selection.read",
  params: selectionParams,
  run: async ({ access, params }) => Response.json(await getSelectionText(access, params)),
});
