import type { Certificate } from "../certificates/certificate.ts";
import type { ChainProblem } from "../certificates/chain-problem.ts";
import { listCommonAuthorities } from "../certificates/common-authorities.ts";
import { type ChainDiagnosis, type ChainQuestion, diagnoseChain } from "../certificates/diagnose-chain.ts";
import { type DoctorStep, type TrustList, trustLists } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";
import type { Walk } from "./walk.ts";

/** Who judges what, for each list: this panel as Node does; nodes, and what runs on them, as Go does. */
const verifiers = {
  panel: { verifier: "openssl", where: "panel" },
  bootstrap_vm: { verifier: "go", where: "nodes" },
  cluster: { verifier: "go", where: "nodes" },
} as const;

/** What is asked of a chain, for a list. */
export function askAbout(
  walk: Walk,
  list: TrustList,
  { host, presented }: { readonly host: string; readonly presented: readonly Certificate[] },
): ChainQuestion {
  const { verifier, where } = verifiers[list];
  return {
    host,
    presented,
    verifier,
    at: new Date(walk.now()),
    stored: walk.certificatesOf(list),
    common: listCommonAuthorities(where),
    known: (walk.question.stored ?? []).map(({ certificate }) => certificate),
  };
}

/** The lists that the question names; this panel has one in any case. */
export const listsOf = (walk: Walk): readonly TrustList[] =>
  trustLists.filter((list) => list === "panel" || walk.question.trust[list] !== undefined);

/**
 * Whether each list would have a server trusted, and each problem of its chain once, with the lists that it is one for.
 *
 * @returns what was found for each list
 */
export function* judgeTrust(
  walk: Walk,
  server: { readonly host: string; readonly presented: readonly Certificate[] },
  lists: readonly TrustList[],
  step: DoctorStep,
): Generator<Finding, ReadonlyMap<TrustList, ChainDiagnosis>, undefined> {
  const { host } = server;
  const diagnoses = new Map(lists.map((list) => [list, diagnoseChain(askAbout(walk, list, server))]));
  for (const [list, { trusted, anchor, anchorIsCommon, notes, problems }] of diagnoses) {
    if (trusted && anchor !== null) {
      yield makeFinding(step, "trust-accepted", { host, list, anchor, anchorIsCommon, notes });
    } else {
      const codes = problems.map(({ code }) => code);
      yield makeFinding(step, "trust-refused", { host, list, problems: codes });
    }
  }
  yield* listProblems(host, diagnoses, step);
  yield* compareLists(host, diagnoses, step);
  return diagnoses;
}

function* listProblems(
  host: string,
  diagnoses: ReadonlyMap<TrustList, ChainDiagnosis>,
  step: DoctorStep,
): Generator<Finding, void, undefined> {
  const problems = new Map<string, { problem: ChainProblem; lists: TrustList[] }>();
  for (const [list, diagnosis] of diagnoses) {
    for (const problem of diagnosis.problems) {
      const key = JSON.stringify(problem);
      const known = problems.get(key) ?? { problem, lists: [] };
      known.lists.push(list);
      problems.set(key, known);
    }
  }
  for (const { problem, lists } of problems.values()) yield describeProblem(problem, host, lists, step);
}

function describeProblem(
  { code, ...facts }: ChainProblem,
  host: string,
  lists: readonly TrustList[],
  step: DoctorStep,
): Finding {
  // Each problem's own facts, which the compiler cannot follow through the name of its code.
  return makeFinding(step, `chain-${code}`, { ...facts, host, lists });
}

function* compareLists(
  host: string,
  diagnoses: ReadonlyMap<TrustList, ChainDiagnosis>,
  step: DoctorStep,
): Generator<Finding, void, undefined> {
  // What this panel trusts is a matter of its own; the two lists of clusters belong together.
  const ofClusters = [...diagnoses].filter(([list]) => list !== "panel");
  const trusting = ofClusters.filter(([, { trusted, anchorIsCommon }]) => trusted && !anchorIsCommon);
  const missingIn = ofClusters.filter(([, { trusted }]) => !trusted).map(([list]) => list);
  const certificate = trusting[0]?.[1].anchor;
  if (certificate === undefined || certificate === null || missingIn.length === 0) return;
  const trustedBy = trusting.map(([list]) => list);
  yield makeFinding(step, "trust-lists-differ", { host, trustedBy, missingIn, certificate });
}
