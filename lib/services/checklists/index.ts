export { clearChecklist, tickItem, untickItem } from "./change-ticks.ts";
export { readChecklists } from "./read-checklists.ts";
