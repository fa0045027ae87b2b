import type { Certificate } from "./certificate.ts";
import {
  referTo,
  type CertificateRef,
  type ChainNote,
  type ChainProblem,
  type IntermediateEvidence,
  type MissingIssuer,
} from "./chain-problem.ts";
import { checkPath, type PathQuestion } from "./check-path.ts";
import { isAuthority } from "./describe-certificate.ts";
import { listNamesakes, listPaths, type CertificatePath } from "./find-path.ts";

export interface ChainQuestion extends PathQuestion {
  /** As the server has sent them, its own first. */
  readonly presented: readonly Certificate[];
  /** What is trusted because somebody has stored it. */
  readonly stored: readonly Certificate[];
  /** What is trusted all the same (`listCommonAuthorities`); none unless given. */
  readonly common?: readonly Certificate[];
  /** Certificates that are there but not trusted: of other lists, or offered to be added. */
  readonly known?: readonly Certificate[];
}

export interface ChainDiagnosis {
  readonly trusted: boolean;
  /** The trusted certificate that the way up ends at, also when something else stands against it. */
  readonly anchor: CertificateRef | null;
  /** Whether that is one of `common`, so that nothing needs to be stored. */
  readonly anchorIsCommon: boolean;
  /** The way up as far as it was found, the server's own certificate first. */
  readonly path: readonly CertificateRef[];
  /** What to mend first stands first; empty when trusted. */
  readonly problems: readonly ChainProblem[];
  readonly notes: readonly ChainNote[];
}

/**
 * Whether a client that trusts the stored certificates accepts what a server has sent, by which of them, and what
 * stands against it: by the rules of the verifier (`Verifier`). Revocation is not looked at, as neither verifier does.
 */
export function diagnoseChain(question: ChainQuestion): ChainDiagnosis {
  const { stored, common = [], verifier, at } = question;
  const [leaf, ...above] = question.presented;
  if (leaf === undefined) {
    const problems = [{ code: "no-certificate" }] as const;
    return { trusted: false, anchor: null, anchorIsCommon: false, path: [], problems, notes: [] };
  }
  const presented = [leaf, ...above] as const;
  const judged = listPaths({ presented, stored: [...stored, ...common], verifier, at }).map((path) => ({
    path,
    problems: checkPath(path, question),
  }));
  const [best] = judged.toSorted(
    (one, other) =>
      Number(other.path.anchored) - Number(one.path.anchored) ||
      one.problems.length - other.problems.length ||
      // Where no way ends well, the longest tells most.
      (other.path.certificates.length - one.path.certificates.length) * (one.path.anchored ? -1 : 1),
  );
  if (best === undefined) throw new Error("a certificate without a path");
  const { path } = best;
  const problems = [...(path.anchored ? [] : [explainEnd(path, question)]), ...best.problems];
  const last = path.certificates.at(-1) ?? leaf;
  return {
    trusted: problems.length === 0,
    anchor: path.anchored ? referTo(last) : null,
    anchorIsCommon: path.anchored && !isAmong(last, stored),
    path: path.certificates.map(referTo),
    problems,
    notes: listNotes(path, presented),
  };
}

/** Why the way up does not end at a stored certificate. */
function explainEnd({ certificates }: CertificatePath, question: ChainQuestion): ChainProblem {
  const [leaf] = certificates;
  const last = certificates.at(-1) ?? leaf;
  if (leaf.isSelfSigned) return { code: "self-signed-leaf", certificate: referTo(leaf) };
  if (last.isSelfSigned) return { code: "unknown-authority", root: referTo(last), missing: null };
  const missing = describeMissing(last, question);
  const evidence = findEvidence(last, question);
  return evidence === null
    ? { code: "unknown-authority", root: null, missing }
    : { code: "missing-intermediate", missing, evidence };
}

const isAmong = ({ fingerprint }: Certificate, list: readonly Certificate[]) =>
  list.some((each) => each.fingerprint === fingerprint);

function describeMissing(
  last: Certificate,
  { presented, stored, common = [] }: ChainQuestion,
): MissingIssuer {
  const { issuer, authorityKeyId, issuerUrls } = last.details;
  return {
    of: referTo(last),
    issuer: issuer.text,
    keyId: authorityKeyId?.keyId ?? null,
    urls: issuerUrls,
    namesakes: listNamesakes(last, [...presented, ...stored, ...common]).map(referTo),
  };
}

/**
 * What shows that an authority stands above the missing issuer. A server need not send the topmost one (RFC 8446 section
 * 4.4.2), so without such a sign the missing issuer may well be that, and then it is the one to be trusted.
 */
function findEvidence(
  last: Certificate,
  { presented, stored, common = [], known = [] }: ChainQuestion,
): IntermediateEvidence | null {
  const { authorityKeyId, issuer, issuerUrls } = last.details;
  const signer = known.find((each) => each.rawSubject === last.rawIssuer && last.isSignedBy(each));
  if (signer !== undefined) return signer.isSelfSigned ? null : "known-certificate";
  if (authorityKeyId?.issuer !== null && authorityKeyId?.issuer !== undefined) {
    return authorityKeyId.issuer === issuer.text ? null : "key-identifier";
  }
  const roots = [...stored, ...common].filter((each) => each.isSelfSigned && isAuthority(each));
  if (issuer.organization !== null && roots.some(({ details }) => isSister(details.subject))) {
    return "same-organization";
  }
  return presented.length === 1 && issuerUrls.length > 0 ? "issuer-url" : null;

  function isSister({ organization, text }: typeof issuer): boolean {
    return organization === issuer.organization && text !== issuer.text;
  }
}

function* listNotesOfPath(
  { certificates, anchored }: CertificatePath,
  sent: ReadonlySet<string>,
): Generator<ChainNote> {
  const [leaf] = certificates;
  for (const [index, each] of certificates.entries()) {
    const certificate = referTo(each);
    const isLast = index === certificates.length - 1;
    if (anchored && isLast) {
      if (index === 0) yield { code: "anchor-is-leaf", certificate: referTo(leaf) };
      else if (!each.isSelfSigned) yield { code: "anchor-is-intermediate", certificate };
    } else if (!sent.has(each.fingerprint)) yield { code: "intermediate-not-sent", certificate };
  }
}

function listNotes(path: CertificatePath, presented: readonly Certificate[]): readonly ChainNote[] {
  const sent = [...new Map(presented.map((each) => [each.fingerprint, each])).values()];
  const notes: ChainNote[] = [...listNotesOfPath(path, new Set(sent.map(({ fingerprint }) => fingerprint)))];
  const places = path.certificates
    .map(({ fingerprint }) => sent.findIndex((each) => each.fingerprint === fingerprint))
    .filter((place) => place !== -1);
  if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0))) {
    notes.push({ code: "out-of-order" });
  }
  const needed = new Set(path.certificates.map(({ fingerprint }) => fingerprint));
  for (const [index, each] of sent.entries()) {
    const certificate = referTo(each);
    if (index > 0 && each.isSelfSigned) notes.push({ code: "root-sent", certificate });
    else if (!needed.has(each.fingerprint)) notes.push({ code: "not-needed", certificate });
    const times = presented.filter(({ fingerprint }) => fingerprint === each.fingerprint).length;
    if (times > 1) notes.push({ code: "sent-twice", certificate });
  }
  return notes;
}
