import { z } from "zod";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { certificateInput, lists, maxPemLength, trustName } from "./certificates.ts";

/** How long both are trusted, unless somebody says otherwise; less where the old one ends before. */
export const usualOverlapDays = 30;

/** Replaces a certificate in all lists that it stands in. */
export const replaceCertificateInput = certificateInput.extend({
  /** The new one: known already, or as it was read. */
  replacement: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("known"), certificateId: z.uuid("required") }),
    z.object({ kind: z.literal("new"), pem: z.string().max(maxPemLength), name: trustName }),
  ]),
  /** When the old one is taken out of the lists; null: at once. */
  until: z.iso.datetime({ error: "required" }).nullable(),
});
/** `lists`: those that the new one is taken out of again. */
export const cancelReplacementInput = certificateInput.extend({ lists });

export type ReplaceCertificateInput = z.output<typeof replaceCertificateInput>;
export type CancelReplacementInput = z.output<typeof cancelReplacementInput>;

/** A certificate as it is called. */
interface NamedCertificate {
  id: string;
  name: string;
}

/** One list in which a certificate and its successor are trusted both. */
export interface OverlapView {
  list: TrustList;
  until: string;
  /** Without one in the list, the old one stays there. */
  hasSuccessor: boolean;
}

/** What takes a certificate's place, and whose place it takes. */
export interface RotationView {
  replacedBy: (NamedCertificate & { notAfter: string }) | null;
  /** Of those that this one has replaced, the ones that are still trusted with it. */
  replaces: (NamedCertificate & { until: string })[];
  /** When the replacement began. */
  since: string | null;
  /** Empty when it is over. */
  overlaps: OverlapView[];
  /** The time has come, and yet it stands there. */
  isOverdue: boolean;
}

/** A certificate that could take another's place. */
export interface ReplacementChoice extends NamedCertificate {
  subject: string;
  notAfter: string;
}

/** What was done to a certificate, or to the lists that it stands in. */
export type HistoryItem = { at: string; actorName: string } & (
  | {
      kind: "audit";
      id: string;
      action: string;
      /** Where it stood afterwards: `cluster 2`. */
      lists: string[] | null;
      /** Of the configuration, where one was made. */
      revision: number | null;
      /** Names of the certificates that it took the place of, or that took its place. */
      replaces: string | null;
      replacedBy: string | null;
    }
  /** A change of the server's configuration has put it into lists, or taken it out. */
  | { kind: "revision"; number: number; added: TrustList[]; removed: TrustList[] }
);
