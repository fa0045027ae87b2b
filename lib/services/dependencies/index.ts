export { downloadDocument, getDocument } from "./read-document.ts";
export { switchLines } from "./switch-lines.ts";
