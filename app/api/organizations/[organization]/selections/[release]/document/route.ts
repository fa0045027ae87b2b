import { defineRoute } from "#lib/routes/define-route.ts";
import { textResponse } from "#lib/routes/text-response.ts";
import { selectionParams } from "#lib/schemas/selections.ts";
import { downloadSelectionText } from "#lib/services/selections/index.ts";

/** The selection as text, as it is saved. */
export const GET = defineRoute({
  permission: "selection.read",
  params: selectionParams,
  run: async ({ access, params }) => textResponse(await downloadSelectionText(access, params)),
});
