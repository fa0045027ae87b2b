import type { TrustList } from "#lib/db/generated/enums.ts";
import type { ReadCertificate, ServerChain } from "#lib/schemas/certificates.ts";
import type { ReadingProblemView } from "#lib/schemas/certificate-views.ts";

/** What one text, file or server was found to hold. */
export interface Reading {
  /** The file's name, or the server's address; of what was pasted, none. */
  source: string;
  certificates: readonly ReadCertificate[];
  problems: readonly ReadingProblemView[];
  chain: ServerChain | null;
}

/** What a person has decided of one certificate; what is not there is as it comes. */
export interface Choice {
  taken?: boolean;
  name?: string;
}

export interface ChosenCertificate {
  fingerprint: string;
  pem: string;
  name: string;
}

/** By fingerprint. */
export type Choices = Readonly<Record<string, Choice>>;

/**
 * Whether a certificate is to be added unless somebody decides otherwise: of a server's chain what makes it trusted; of
 * what was given all, but of several no server's own.
 */
export function isTakenAtFirst(certificate: ReadCertificate, { chain, certificates }: Reading): boolean {
  if (chain !== null) return certificate.fingerprint === chain.suggested;
  return certificate.view.role === "ca" || !certificates.some(({ view }) => view.role === "ca");
}

/** Both of the CSE server's, since a registry's authority belongs into both; of a server's chain those that lack it. */
export function suggestLists(readings: readonly Reading[]): TrustList[] {
  const [{ chain = null } = {}] = readings;
  const suggested = chain?.certificates.find(({ fingerprint }) => fingerprint === chain.suggested);
  if (!suggested) return [...nodeLists];
  const lacking = nodeLists.filter((list) => suggested.helps.includes(list));
  return lacking.length > 0 ? lacking : suggested.helps;
}

const nodeLists = ["bootstrap_vm", "cluster"] as const;

/** Those to be added, each once, in their order. */
export function listChosen(readings: readonly Reading[], choices: Choices): ChosenCertificate[] {
  const chosen = new Map<string, ChosenCertificate>();
  for (const reading of readings) {
    for (const certificate of reading.certificates) {
      const { fingerprint, pem, suggestedName } = certificate;
      const { taken = isTakenAtFirst(certificate, reading), name = suggestedName } =
        choices[fingerprint] ?? {};
      if (taken && !chosen.has(fingerprint)) chosen.set(fingerprint, { fingerprint, pem, name });
    }
  }
  return nameApart([...chosen.values()], choices);
}

/** Names were suggested for each file by itself; two that nobody has typed are told apart. */
function nameApart(chosen: readonly ChosenCertificate[], choices: Choices): ChosenCertificate[] {
  const taken = new Set<string>();
  return chosen.map((each) => {
    let { name } = each;
    const isTyped = choices[each.fingerprint]?.name !== undefined;
    for (let count = 2; !isTyped && taken.has(name); count++) name = `${each.name}-${count}`;
    taken.add(name);
    return { ...each, name };
  });
}
