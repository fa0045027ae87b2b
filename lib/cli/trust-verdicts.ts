import type {
  CertificateRef,
  ChainNote,
  ChainProblem,
  MissingIssuer,
} from "../domain/certificates/chain-problem.ts";
import type { TrustList } from "../domain/doctor/doctor-step.ts";
import type { FindingCode } from "../domain/doctor/finding.ts";
import { list, type Verdicts } from "./verdict.ts";

type TrustCode = Extract<FindingCode, `${"trust" | "chain" | "remedy"}-${string}`>;

const listNames: Readonly<Record<TrustList, string>> = {
  panel: "this machine",
  bootstrap_vm: "the bootstrap VM",
  cluster: "the nodes of clusters",
};

const who = (lists: readonly TrustList[]) => list(lists.map((each) => listNames[each]));
const name = ({ subject, fingerprint }: CertificateRef) =>
  subject === "" ? `the certificate ${fingerprint.slice(0, 16)}…` : `"${subject}"`;
const start = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const notes: Readonly<Record<ChainNote["code"], string>> = {
  "anchor-is-intermediate": "what is trusted is not the topmost authority, which not every client takes",
  "anchor-is-leaf":
    "what is trusted is the server's own certificate, so it has to be replaced with the server's",
  "intermediate-not-sent":
    "the server leaves out an authority that is known here; who does not know it refuses",
  "out-of-order": "the certificates are sent in the wrong order",
  "not-needed": "a certificate is sent that is not needed",
  "sent-twice": "a certificate is sent twice",
  "root-sent": "the topmost authority is sent, which is not needed",
};

const problemWords: Readonly<Record<ChainProblem["code"], string>> = {
  "no-certificate": "no certificate was sent",
  "self-signed-leaf": "its certificate is signed by itself",
  "unknown-authority": "its authority is not trusted",
  "missing-intermediate": "it does not send an authority in between",
  expired: "a certificate has expired",
  "not-yet-valid": "a certificate is not valid yet",
  "name-mismatch": "its certificate is for another name",
  "name-missing": "its certificate has no names",
  "not-a-ca": "it is signed by what is no authority",
  "ca-may-not-sign": "it is signed by an authority that may not sign",
  "path-too-long": "more authorities stand in between than are allowed",
  "name-not-permitted": "its authority may not vouch for its name",
  "not-for-servers": "a certificate is not for servers",
  "weak-key": "a key is too short",
  "unsupported-key": "a key is of a kind that is not supported",
  "weak-hash": "a signature uses a hash that can be forged",
  "unknown-critical-extension": "a certificate has a critical extension that nobody knows",
};

function describeMissing(missing: MissingIssuer | null): string {
  if (missing === null) return "";
  const urls = missing.urls.length === 0 ? "" : ` It may be had at ${list(missing.urls, 2)}.`;
  const namesakes =
    missing.namesakes.length === 0
      ? ""
      : " A certificate of the same name is at hand, but did not sign: most likely an earlier or later one.";
  return `Missing is "${missing.issuer}", which has signed ${name(missing.of)}.${urls}${namesakes}`;
}

const reissue = "Have the certificate issued anew";

/** Whom the server convinces, and what stands against it. */
export const trustVerdicts: Verdicts<TrustCode> = {
  "trust-accepted": ({ list: whose, anchor, anchorIsCommon, notes: seen }) => ({
    seen: `${start(listNames[whose])} would trust it, by ${name(anchor)}${anchorIsCommon ? ", which is trusted everywhere" : ""}.`,
    ...(seen.length > 0 && {
      meaning: `${start(list([...new Set(seen.map((each) => notes[each.code]))]))}.`,
    }),
  }),
  "trust-refused": ({ list: whose, problems }) => ({
    seen: `${start(listNames[whose])} would not trust it: ${list(problems.map((each) => problemWords[each]))}.`,
  }),
  "trust-lists-differ": ({ trustedBy, missingIn, certificate }) => ({
    seen: `Only ${who(trustedBy)} would trust it: ${name(certificate)} is missing for ${who(missingIn)}.`,
    meaning: "Clusters are made by both, so that their creation fails half-way.",
    remedy: "Put the certificate into both lists, Bootstrap VM and Cluster.",
  }),
  "chain-no-certificate": ({ host }) => ({
    seen: `${host} sent no certificate that can be read.`,
    remedy: "Look at the certificate settings of the registry.",
  }),
  "chain-self-signed-leaf": ({ certificate, lists }) => ({
    seen: `The server's certificate ${name(certificate)} is signed by itself, and not known to ${who(lists)}.`,
    meaning: 'Nodes say "x509: certificate signed by unknown authority".',
    remedy:
      "Store it in the lists, once its fingerprint is compared at the registry; an authority of your own is easier to renew.",
  }),
  "chain-unknown-authority": ({ root, missing, lists }) => ({
    seen: `The authority of the server's certificate is not known to ${who(lists)}${root === null ? "" : `: ${name(root)}`}. ${describeMissing(missing)}`.trimEnd(),
    meaning: 'Nodes say "x509: certificate signed by unknown authority".',
    remedy: "Store the certificate of that authority in the lists (--ca here).",
  }),
  "chain-missing-intermediate": ({ missing, lists }) => ({
    seen: `The server does not send an authority that stands in between, so that ${who(lists)} would not trust it. ${describeMissing(missing)}`,
    meaning: "Browsers often find it elsewhere; nodes do not.",
    remedy: "Put the certificate in between behind the server's own, in the registry's file of certificates.",
  }),
  "chain-expired": ({ certificate, position, notAfter }) => ({
    seen: `${start(positions[position])} ${name(certificate)} has expired, on ${notAfter}.`,
    remedy: `${reissue}, or set the clock if that is wrong.`,
  }),
  "chain-not-yet-valid": ({ certificate, position, notBefore }) => ({
    seen: `${start(positions[position])} ${name(certificate)} is not valid before ${notBefore}.`,
    meaning: "Mostly a clock is wrong: here, or where it was issued.",
    remedy: `Set the clocks. ${reissue} if they are right.`,
  }),
  "chain-name-mismatch": ({ host, names }) => ({
    seen: `The certificate is not for ${host}, but for ${list(names)}.`,
    remedy: `Use one of these names, or have a certificate issued for ${host}.`,
  }),
  "chain-name-missing": ({ host, commonName, lists }) => ({
    seen: `The certificate has no subject alternative name${commonName === null ? "" : `, only the common name "${commonName}"`}, which ${who(lists)} does not look at.`,
    remedy: `${reissue}, with ${host} as a subject alternative name.`,
  }),
  "chain-not-a-ca": ({ certificate }) => ({
    seen: `${name(certificate)} signs others, without being an authority (CA:TRUE in its basic constraints).`,
    remedy: "Have the authority's certificate issued anew as that of an authority.",
  }),
  "chain-ca-may-not-sign": ({ certificate }) => ({
    seen: `${name(certificate)} is an authority whose key usage does not allow it to sign certificates (keyCertSign).`,
    remedy: "Have the authority's certificate issued anew with that key usage.",
  }),
  "chain-path-too-long": ({ certificate, pathLength }) => ({
    seen: `${name(certificate)} allows ${pathLength} authorities below itself, and there are more.`,
    remedy: "Have the server's certificate issued by an authority further up.",
  }),
  "chain-name-not-permitted": ({ certificate, name: forbidden }) => ({
    seen: `The authority ${name(certificate)} may not vouch for "${forbidden}" (name constraints).`,
    remedy: "Have the certificate issued by another authority, or for another name.",
  }),
  "chain-not-for-servers": ({ certificate }) => ({
    seen: `${name(certificate)} is not meant for servers (extended key usage).`,
    remedy: `${reissue}, with the extended key usage serverAuth.`,
  }),
  "chain-weak-key": ({ certificate, lists }) => ({
    seen: `The key of ${name(certificate)} is too short for ${who(lists)}.`,
    remedy: `${reissue}, with RSA of 2048 bits or more, or ECDSA.`,
  }),
  "chain-unsupported-key": ({ certificate, lists }) => ({
    seen: `The key of ${name(certificate)} is of a kind that ${who(lists)} cannot read.`,
    remedy: `${reissue}, with RSA or with ECDSA on a curve of NIST.`,
  }),
  "chain-weak-hash": ({ certificate, hash }) => ({
    seen: `The signature of ${name(certificate)} uses ${hash}, which can be forged.`,
    remedy: `${reissue}, signed with SHA-256.`,
  }),
  "chain-unknown-critical-extension": ({ certificate, extensions }) => ({
    seen: `${name(certificate)} has a critical extension that nobody knows: ${list(extensions)}.`,
    remedy: `${reissue} without it.`,
  }),

  "remedy-stored": ({ lists, certificate }) => ({
    seen: `"${certificate.name}" (${name(certificate)}), which is at hand, would do for ${who(lists)}.`,
    remedy: "Put it into the lists that lack it.",
  }),
  "remedy-presented": ({ lists, certificate }) => ({
    seen: `${name(certificate)}, which the server has sent itself, would do for ${who(lists)}: SHA-256 ${certificate.fingerprint}.`,
    meaning: "Anybody in between could have sent it.",
    remedy: "Compare the fingerprint with whoever runs the registry, then store it.",
  }),
  "remedy-none": ({ lists, missing }) => ({
    seen: `No certificate at hand would do for ${who(lists)}.`,
    remedy:
      missing === null
        ? "Get the certificate from whoever runs the registry."
        : `Get the certificate of "${missing.issuer}", or of the authority above it, from whoever runs the registry.`,
  }),
};

const positions = {
  leaf: "the server's certificate",
  intermediate: "the authority in between",
  anchor: "the trusted authority",
} as const;
