import "server-only";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import type { NamedCertificate } from "#lib/domain/doctor/doctor-question.ts";
import { type TrustList, trustLists } from "#lib/domain/doctor/doctor-step.ts";

/**
 * What a run was asked, beside its host and base: what is trusted is kept as it stood then, so that findings and commands
 * stay true. No secret is in it: a stored password is read anew when the run is carried out.
 */
export interface StoredQuestion {
  readonly registryId: string | null;
  /** `host[:port]` */
  readonly cloudDirector: string | null;
  readonly certificates: readonly { readonly name: string; readonly pem: string }[];
  /** Positions in `certificates`. */
  readonly lists: Readonly<Record<TrustList, readonly number[]>>;
  /** Of them, those that were given for this run only. */
  readonly tried: readonly number[];
  /** As `digestLists` tells it; null where certificates were tried that stand in no list. */
  readonly listsDigest: string | null;
}

const positions = z.array(z.int().min(0)).catch([]);

/** A run may be older than this code: what it lacks, it was not asked. */
const storedQuestion: z.ZodType<StoredQuestion> = z.object({
  registryId: z.uuid().nullable().catch(null),
  cloudDirector: z.string().nullable().catch(null),
  certificates: z.array(z.object({ name: z.string(), pem: z.string() })).catch([]),
  lists: z
    .object({ panel: positions, bootstrap_vm: positions, cluster: positions })
    .catch({ panel: [], bootstrap_vm: [], cluster: [] }),
  tried: positions,
  listsDigest: z.string().nullable().catch(null),
});

export function parseQuestion(stored: unknown): StoredQuestion {
  return storedQuestion.parse(stored);
}

/** The lists that nodes go by. */
export type NodeLists = Readonly<Record<"bootstrap_vm" | "cluster", readonly Certificate[]>>;

/** Tells by the certificates and their order whether lists are the same. */
export function digestLists(lists: NodeLists): string {
  const fingerprints = (["bootstrap_vm", "cluster"] as const).map((list) =>
    lists[list].map(({ fingerprint }) => fingerprint),
  );
  return createHash("sha256").update(JSON.stringify(fingerprints)).digest("hex");
}

/** What is trusted, and under which names. */
export interface TrustSnapshot {
  /** All that are known here, whatever list they stand in. */
  readonly known: readonly NamedCertificate[];
  readonly lists: Readonly<Record<TrustList, readonly NamedCertificate[]>>;
  /** For this run only, in all lists. */
  readonly tried: readonly NamedCertificate[];
}

/** Each certificate is kept once. */
export function formatTrust({
  known,
  lists,
  tried,
}: TrustSnapshot): Pick<StoredQuestion, "certificates" | "lists" | "tried" | "listsDigest"> {
  const places = new Map<string, number>();
  const certificates: StoredQuestion["certificates"][number][] = [];
  const place = ({ name, certificate: { fingerprint, pem } }: NamedCertificate): number => {
    const found = places.get(fingerprint);
    if (found !== undefined) return found;
    places.set(fingerprint, certificates.length);
    certificates.push({ name, pem });
    return certificates.length - 1;
  };
  const placeAll = (named: readonly NamedCertificate[]) => [...new Set(named.map(place))];
  placeAll(known);
  return {
    lists: {
      panel: placeAll(lists.panel),
      bootstrap_vm: placeAll(lists.bootstrap_vm),
      cluster: placeAll(lists.cluster),
    },
    tried: placeAll(tried),
    certificates,
    listsDigest: tried.length > 0 ? null : digestLists(certificatesOf(lists)),
  };
}

function certificatesOf(lists: TrustSnapshot["lists"]): NodeLists {
  const bare = (list: TrustList) => lists[list].map(({ certificate }) => certificate);
  return { bootstrap_vm: bare("bootstrap_vm"), cluster: bare("cluster") };
}

/** The question's part that says who trusts what. */
export function readTrust({ certificates, lists, tried }: StoredQuestion): {
  stored: NamedCertificate[];
  trust: Record<TrustList, NamedCertificate[]>;
} {
  const stored = certificates.flatMap(({ name, pem }) => {
    const [found] = readCertificates(pem).found;
    return found ? [{ name, certificate: found.certificate }] : [];
  });
  const pick = (places: readonly number[]) => places.flatMap((at) => stored[at] ?? []);
  const trust = Object.fromEntries(
    trustLists.map((list) => [list, pick([...new Set([...lists[list], ...tried])])]),
  ) as Record<TrustList, NamedCertificate[]>;
  return { stored, trust };
}
