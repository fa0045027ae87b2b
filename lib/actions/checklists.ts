"use server";

import { checklistInput } from "#lib/schemas/checklists.ts";
import { clearChecklist } from "#lib/services/checklists/index.ts";
import { defineAction } from "./define-action.ts";

export const clearChecklistAction = defineAction({
  permission: "checklist.write",
  input: checklistInput,
  run: clearChecklist,
});
