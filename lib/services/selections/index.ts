export { restoreSelection, saveSelection } from "./change-selection.ts";
export { getRevisionChanges, listRevisions } from "./read-revisions.ts";
export { getSelection, getSelectionOverview, listSelectionStates } from "./read-selections.ts";
export { downloadSelectionText, getSelectionText } from "./selection-text.ts";
