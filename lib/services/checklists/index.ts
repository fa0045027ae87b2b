export { clearChecklist, switchTick } from "./change-ticks.ts";
export { readChecklists } from "./read-checklists.ts";
