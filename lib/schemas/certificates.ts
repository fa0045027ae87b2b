import { z } from "zod";
import { TrustList } from "#lib/db/generated/enums.ts";
import type { ChainDiagnosis } from "#lib/domain/certificates/diagnose-chain.ts";
import type { NodeFile } from "#lib/domain/certificates/node-files.ts";
import { findTrustNameProblem } from "#lib/domain/certificates/trust-name.ts";
import type { ErrorView, InputErrorCode } from "#lib/errors.ts";
import { anyOf } from "./any-of.ts";
import type { CertificateView, ReadingProblemView } from "./certificate-views.ts";
import { checkedBy } from "./checked-text.ts";
import { listQuery } from "./list-query.ts";

/** Of what is pasted or uploaded at once; the reader's own limit. */
export const certificateLimits = { sizeBytes: 1_048_576, certificates: 200, files: 20 } as const;
/** A certificate with as many names as it may have takes a tenth of it. */
export const maxPemLength = 65_536;
const maxNameLength = 247;
const maxAddressLength = 300;

export const trustLists = [TrustList.bootstrap_vm, TrustList.cluster, TrustList.panel] as const;

function trustNameProblem(name: string): InputErrorCode | null {
  switch (findTrustNameProblem(name)?.code) {
    case undefined:
      return null;
    case "trust-name-empty":
      return "required";
    default:
      return "trust-name-format";
  }
}

/** Becomes part of the names of files on nodes. */
export const trustName = z.string().trim().max(maxNameLength).transform(checkedBy(trustNameProblem));

export const lists = z
  .array(z.enum(trustLists))
  .max(trustLists.length)
  .transform((chosen) => trustLists.filter((list) => chosen.includes(list)));

/** The certificate that an action is about. */
export const certificateInput = z.object({ certificateId: z.uuid() });
/** Each as the panel has read it before; of one that is known already, the name that it has stays. */
export const addCertificatesInput = z.object({
  certificates: z
    .array(z.object({ pem: z.string().max(maxPemLength), name: trustName }))
    .min(1, "required")
    .max(certificateLimits.certificates),
  lists,
});
export const renameCertificateInput = certificateInput.extend({ name: trustName });
/** `lists`: those that it is taken out of with it; it must stand in no other. */
export const deleteCertificateInput = certificateInput.extend({ lists });
export const listCertificatesInput = z.object({
  certificateIds: z.array(z.uuid()).min(1).max(certificateLimits.certificates),
  lists: lists.refine((chosen) => chosen.length > 0, "required"),
});
export const unlistCertificateInput = certificateInput.extend({ list: z.enum(trustLists) });
export const moveCertificateInput = unlistCertificateInput.extend({ direction: z.enum(["up", "down"]) });
/** `/settings/certificates/[certificate]` */
export const certificateParams = z.object({ certificate: z.uuid() });
/** `host[:port]`, also as a URL. */
export const fetchChainInput = z.object({
  address: z.string().trim().min(1, "required").max(maxAddressLength),
});
/** What the form for new ones begins with. */
export const newCertificatesQuery = z.object({ server: z.string().trim().max(maxAddressLength).catch("") });

export type AddCertificatesInput = z.output<typeof addCertificatesInput>;
export type RenameCertificateInput = z.output<typeof renameCertificateInput>;
export type DeleteCertificateInput = z.output<typeof deleteCertificateInput>;
export type ListCertificatesInput = z.output<typeof listCertificatesInput>;
export type UnlistCertificateInput = z.output<typeof unlistCertificateInput>;
export type MoveCertificateInput = z.output<typeof moveCertificateInput>;

export const certificatesQuery = listQuery(["name", "subject", "notAfter", "createdAt"]).extend({
  list: anyOf({ ...TrustList, none: "none" }),
});
export type CertificatesQuery = z.output<typeof certificatesQuery>;

export interface CertificateRow {
  id: string;
  /** What files on nodes are named by. */
  name: string;
  /** SHA-256 in lower-case hexadecimal digits. */
  fingerprint: string;
  subject: string;
  issuer: string;
  notBefore: string;
  notAfter: string;
  /** Whole days, rounded down; negative once it has expired. */
  daysLeft: number;
  isYetToBegin: boolean;
  isAuthority: boolean;
  isSelfSigned: boolean;
  lists: TrustList[];
  /** The one that takes its place. */
  replacedBy: { id: string; name: string } | null;
  createdAt: string;
}

/** One place of a list: a text of the configuration, which may hold several certificates; of the panel's own list, one. */
export interface TrustListEntry {
  /** From 0. */
  position: number;
  certificates: (Pick<CertificateRow, "id" | "name" | "daysLeft" | "isYetToBegin"> & {
    /** When it is taken out of the list, since another has taken its place. */
    until: string | null;
  })[];
}

export type TrustListView = Readonly<Record<TrustList, TrustListEntry[]>>;

/** A certificate that only one of the lists Bootstrap VM and Cluster has. */
export interface OneSidedView {
  id: string;
  name: string;
  list: TrustList;
  missingIn: TrustList;
}

/** Who makes files of certificates on nodes: see `lib/domain/certificates/node-files.ts`. */
type NodeFileConsumer = "cse" | "vsphere" | "tkg" | "tkg-registry";

/** A file on a node that has a certificate in it. */
export interface NodeFileView extends Pick<NodeFile, "writtenTo" | "foundAt"> {
  consumer: NodeFileConsumer;
  /** More than one certificate in one file that Ubuntu's programs expect one in. */
  isCrowded: boolean;
  /** What a person types on a node to look at it. */
  checks: readonly string[];
}

export interface CertificateDetail extends CertificateRow {
  view: CertificateView;
  pem: string;
  entries: { list: TrustList; position: number; until: string | null }[];
  nodeFiles: NodeFileView[];
}

/** What is to be saved of a certificate that was read: nothing of the text around it. */
export interface ReadCertificate {
  fingerprint: string;
  view: CertificateView;
  /** In canonical form. */
  pem: string;
  /** Of its `BEGIN`, from 1; null in a binary file, and of a server's. */
  line: number | null;
  suggestedName: string;
  /** The one that is known already, by the same fingerprint. */
  known: { id: string; name: string; lists: TrustList[] } | null;
}

/** What a text or file that was given holds. */
export interface CertificatePreview {
  certificates: ReadCertificate[];
  problems: ReadingProblemView[];
}

/** A certificate that a server has sent, or that is stored and would do. */
export interface RemedyView {
  fingerprint: string;
  /** Lists that make the server trusted by whoever goes by them, once this stands there, and do not now. */
  helps: TrustList[];
}

/** What a server presents, and what whoever goes by each list makes of it. */
export interface ServerChain {
  host: string;
  port: number;
  protocol: string | null;
  protocolTooOld: boolean;
  wantsClientCertificate: boolean;
  /** How many were sent that cannot be read. */
  unreadable: number;
  certificates: (ReadCertificate & RemedyView)[];
  diagnoses: Readonly<Record<TrustList, ChainDiagnosis>>;
  /** Certificates that are known here, were not sent, and would do: with one of them, nothing has to be added. */
  stored: (RemedyView & { id: string; name: string })[];
  /** Which of those that were sent is to be trusted, if one is: the topmost authority that helps. */
  suggested: string | null;
}

/** Which certificates that are known here the registry that clusters pull from needs, and in which lists they lack. */
export interface NeededCertificates {
  host: string;
  needed: { id: string; lists: TrustList[] }[];
  /** Why it could not be asked. */
  error: ErrorView | null;
}
