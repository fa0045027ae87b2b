import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { listCommonAuthorities } from "#lib/domain/certificates/common-authorities.ts";
import { isAuthority } from "#lib/domain/certificates/describe-certificate.ts";
import { type ChainQuestion, diagnoseChain } from "#lib/domain/certificates/diagnose-chain.ts";
import { parseServerAddress, type ServerAddress } from "#lib/domain/certificates/fetch-chain.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { listRemedies } from "#lib/domain/certificates/try-certificate.ts";
import { fieldError, hasCodeAndFacts } from "#lib/errors.ts";
import {
  type NeededCertificates,
  type RemedyView,
  type ServerChain,
  trustLists,
} from "#lib/schemas/certificates.ts";
import { readPresentedChain } from "../registries/index.ts";
import { findPullRegistry } from "./pull-registry.ts";
import { viewRead } from "./preview-certificates.ts";

/** A server may send hundreds; nobody wants to see more, and each takes its time to be tried. */
const maxPresented = 20;

interface StoredCertificate {
  id: string;
  name: string;
  certificate: Certificate;
  lists: readonly TrustList[];
}

/**
 * Fetches what a server presents and says what whoever goes by each list makes of it, and what would help.
 *
 * @param text `host[:port]`, also as a URL
 * @throws AppError `invalid-input`, `secret-unreadable`; EngineError as `readPresentedChain`
 */
export async function fetchServerChain(
  access: Access<"certificate.write">,
  text: string,
  signal: AbortSignal,
): Promise<ServerChain> {
  const address = parseServerAddress(text);
  if (address === null) throw fieldError("address", "host-format");
  return lookAtServer(access, address, signal);
}

/**
 * Asks the registry that clusters pull from for its chain, to know which of the certificates that are known here it needs
 * in which lists. That it cannot be reached is an answer, too.
 *
 * @returns null where no registry is set
 */
export async function findNeeded(
  access: Access<"certificate.read">,
  signal: AbortSignal,
): Promise<NeededCertificates | null> {
  const registry = await findPullRegistry();
  const address = registry && parseServerAddress(registry.host);
  if (!address) return null;
  try {
    const { certificates, stored } = await lookAtServer(access, address, signal);
    const sent = certificates.flatMap(({ known, helps }) => (known ? [{ id: known.id, helps }] : []));
    const needed = [...sent, ...stored].map(({ id, helps }) => ({ id, lists: helps }));
    return { host: registry.host, needed: needed.filter(({ lists }) => lists.length > 0), error: null };
  } catch (error) {
    if (!hasCodeAndFacts(error)) throw error;
    return { host: registry.host, needed: [], error: { code: error.code, facts: error.facts } };
  }
}

async function lookAtServer(
  access: Access<"certificate.read"> | Access<"certificate.write">,
  { host, port }: ServerAddress,
  signal: AbortSignal,
): Promise<ServerChain> {
  const [chain, stored] = await Promise.all([
    readPresentedChain(access, { host, port }, signal),
    readStored(),
  ]);
  const presented = [...new Map(chain.certificates.map((each) => [each.fingerprint, each])).values()].slice(
    0,
    maxPresented,
  );
  const questions = askOfLists({ host, presented: chain.certificates.slice(0, maxPresented), stored });
  const candidates = stored.filter((each) => mayHaveSigned(each.certificate, presented));
  const helps = findHelps(
    questions,
    candidates.map(({ certificate }) => certificate),
  );
  const sent = new Set(presented.map(({ fingerprint }) => fingerprint));
  const { protocol, protocolTooOld, wantsClientCertificate, unreadable } = chain;
  return {
    ...{ host, port, protocol, protocolTooOld, wantsClientCertificate, unreadable },
    certificates: (await viewRead(presented)).map((each) => ({
      ...each,
      helps: helps(each.fingerprint),
    })),
    diagnoses: {
      bootstrap_vm: diagnoseChain(questions.bootstrap_vm),
      cluster: diagnoseChain(questions.cluster),
      panel: diagnoseChain(questions.panel),
    },
    stored: candidates.flatMap(({ id, name, certificate: { fingerprint } }) => {
      const view = { id, name, fingerprint, helps: helps(fingerprint) };
      return sent.has(fingerprint) || view.helps.length === 0 ? [] : [view];
    }),
    suggested: suggest(presented, helps),
  };
}

async function readStored(): Promise<StoredCertificate[]> {
  const rows = await db.certificate.findMany({
    select: { id: true, name: true, pem: true, entries: { select: { list: true } } },
  });
  return rows.flatMap(({ id, name, pem, entries }) =>
    readCertificates(pem).found.map(({ certificate }) => ({
      ...{ id, name, certificate, lists: entries.map(({ list }) => list) },
    })),
  );
}

/** Nodes pull by the rules of Go; this panel connects by those of OpenSSL. */
function askOfLists({
  host,
  presented,
  stored,
}: {
  host: string;
  presented: readonly Certificate[];
  stored: readonly StoredCertificate[];
}): Readonly<Record<TrustList, ChainQuestion>> {
  const inList = (list: TrustList) =>
    stored.filter(({ lists }) => lists.includes(list)).map(({ certificate }) => certificate);
  const known = stored.map(({ certificate }) => certificate);
  const asked = { host: host.replace(/^\[|\]$/g, ""), presented, known, at: new Date() };
  const onNodes = { ...asked, verifier: "go", common: listCommonAuthorities("nodes") } as const;
  return {
    bootstrap_vm: { ...onNodes, stored: inList("bootstrap_vm") },
    cluster: { ...onNodes, stored: inList("cluster") },
    panel: {
      ...{ ...asked, verifier: "openssl", common: listCommonAuthorities("panel") },
      stored: inList("panel"),
    },
  };
}

const mayHaveSigned = ({ details }: Certificate, presented: readonly Certificate[]): boolean =>
  presented.some((each) => fold(each.details.issuer.text) === fold(details.subject.text));
const fold = (name: string) => name.toLowerCase();

/** By fingerprint: the lists that lack it. */
function findHelps(
  questions: Readonly<Record<TrustList, ChainQuestion>>,
  candidates: readonly Certificate[],
): (fingerprint: string) => RemedyView["helps"] {
  const remedies = trustLists.map((list) => ({
    list,
    helping: new Set(
      listRemedies(questions[list], candidates).map(({ certificate }) => certificate.fingerprint),
    ),
  }));
  return (fingerprint) => remedies.filter(({ helping }) => helping.has(fingerprint)).map(({ list }) => list);
}

/** The server's own certificate is none: it has to be replaced with the server's. */
function suggest(
  presented: readonly Certificate[],
  helps: (fingerprint: string) => readonly TrustList[],
): string | null {
  const authorities = presented.filter((each) => isAuthority(each) && helps(each.fingerprint).length > 0);
  const best = authorities.find(({ isSelfSigned }) => isSelfSigned) ?? authorities.at(-1);
  return best?.fingerprint ?? null;
}
