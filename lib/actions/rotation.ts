"use server";

import { certificateInput } from "#lib/schemas/certificates.ts";
import { cancelReplacementInput, replaceCertificateInput } from "#lib/schemas/rotation.ts";
import { cancelReplacement, endOverlap, replaceCertificate } from "#lib/services/certificates/index.ts";
import { defineAction } from "./define-action.ts";

export const replaceCertificateAction = defineAction({
  permission: "certificate.write",
  input: replaceCertificateInput,
  run: replaceCertificate,
});

export const endOverlapAction = defineAction({
  permission: "certificate.write",
  input: certificateInput,
  run: (access, { certificateId }) => endOverlap(access, certificateId),
});

export const cancelReplacementAction = defineAction({
  permission: "certificate.write",
  input: cancelReplacementInput,
  run: cancelReplacement,
});
