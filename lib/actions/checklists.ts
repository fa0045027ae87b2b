"use server";

import { checklistInput, checklistItemInput } from "#lib/schemas/checklists.ts";
import { clearChecklist, tickItem, untickItem } from "#lib/services/checklists/index.ts";
import { defineAction } from "./define-action.ts";

export const tickItemAction = defineAction({
  permission: "checklist.write",
  input: checklistItemInput,
  run: tickItem,
});

export const untickItemAction = defineAction({
  permission: "checklist.write",
  input: checklistItemInput,
  run: untickItem,
});

export const clearChecklistAction = defineAction({
  permission: "checklist.write",
  input: checklistInput,
  run: clearChecklist,
});
