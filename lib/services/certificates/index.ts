export {
  addCertificates,
  deleteCertificate,
  moveInList,
  putIntoLists,
  renameCertificate,
  takeOutOfList,
} from "./change-certificates.ts";
export { listExpiring } from "./list-expiring.ts";
export { previewCertificates } from "./preview-certificates.ts";
export { getCertificate, listCertificates, listOneSided, readTrustLists } from "./read-certificates.ts";
export { listHistory } from "./read-history.ts";
export { getRotation, listReplacements } from "./read-rotation.ts";
export {
  cancelReplacement,
  endDueOverlap,
  endOverlap,
  listDueOverlaps,
  replaceCertificate,
} from "./rotate-certificate.ts";
export { fetchServerChain, findNeeded } from "./server-chain.ts";
