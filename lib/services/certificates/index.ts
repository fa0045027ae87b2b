export {
  type AddedCertificates,
  addCertificates,
  deleteCertificate,
  type ListsChanged,
  moveInList,
  putIntoLists,
  renameCertificate,
  takeOutOfList,
} from "./change-certificates.ts";
export { type ListEdit, type ListsChange, changeLists } from "./change-lists.ts";
export { appendCertificates, insertAfter, moveCertificate, removeCertificate } from "./list-texts.ts";
export { previewCertificates } from "./preview-certificates.ts";
export { getCertificate, listCertificates, listOneSided, readTrustLists } from "./read-certificates.ts";
export { fetchPullChain, fetchServerChain } from "./server-chain.ts";
