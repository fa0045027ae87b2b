"use server";

import {
  addCertificatesInput,
  deleteCertificateInput,
  listCertificatesInput,
  moveCertificateInput,
  renameCertificateInput,
  unlistCertificateInput,
} from "#lib/schemas/certificates.ts";
import {
  addCertificates,
  deleteCertificate,
  moveInList,
  putIntoLists,
  renameCertificate,
  takeOutOfList,
} from "#lib/services/certificates/index.ts";
import { defineAction } from "./define-action.ts";

export const addCertificatesAction = defineAction({
  permission: "certificate.write",
  input: addCertificatesInput,
  run: addCertificates,
});

export const renameCertificateAction = defineAction({
  permission: "certificate.write",
  input: renameCertificateInput,
  run: renameCertificate,
});

export const deleteCertificateAction = defineAction({
  permission: "certificate.write",
  input: deleteCertificateInput,
  run: deleteCertificate,
});

export const putIntoListsAction = defineAction({
  permission: "certificate.write",
  input: listCertificatesInput,
  run: putIntoLists,
});

export const takeOutOfListAction = defineAction({
  permission: "certificate.write",
  input: unlistCertificateInput,
  run: takeOutOfList,
});

export const moveInListAction = defineAction({
  permission: "certificate.write",
  input: moveCertificateInput,
  run: moveInList,
});
