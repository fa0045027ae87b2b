import type { Certificate } from "../certificates/certificate.ts";
import type { ChainProblem } from "../certificates/chain-problem.ts";
import { isAuthority } from "../certificates/describe-certificate.ts";
import type { ChainDiagnosis } from "../certificates/diagnose-chain.ts";
import { listRemedies, type Trial } from "../certificates/try-certificate.ts";
import type { TrustList } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import { askAbout } from "./judge-trust.ts";
import { makeFinding } from "./make-finding.ts";
import { describePresented } from "./see-tls.ts";
import type { Walk } from "./walk.ts";

const step = "remedy";
/** More than anybody stores; each is tried for each list. */
const maxTried = 300;

/** Problems that are a want of a certificate. */
const curable: ReadonlySet<ChainProblem["code"]> = new Set([
  "self-signed-leaf",
  "unknown-authority",
  "missing-intermediate",
]);

const isCurable = ({ code }: ChainProblem) => curable.has(code);

/** Who trusts the server's own certificate, signed by another, has to trust its next one anew. */
const isWorthStoring = (certificate: Certificate) => certificate.isSelfSigned || isAuthority(certificate);

/** Whether a trial ends the want of a certificate, though other problems, such as an expired one, may remain. */
const helps = ({ makesTrusted, isUsed, before, after }: Trial) =>
  makesTrusted || (isUsed && before.problems.some(isCurable) && !after.problems.some(isCurable));

/**
 * Which certificate, of those that are stored or were sent, would make the lists trust the server that do not. Nothing is
 * told of a list that no certificate is wanting for, unless another than it has would do, such as one that was renewed.
 */
export function* findRemedy(walk: Walk): Generator<Finding, void, undefined> {
  const presented = walk.handshake?.chain?.certificates ?? [];
  const { host } = walk.place;
  const stored = [...(walk.question.stored ?? []), ...Object.values(walk.question.trust).flat()].slice(
    0,
    maxTried,
  );
  const names = new Map(stored.map(({ name, certificate }) => [certificate.fingerprint, name]));
  const found = new Map<string, { trial: Trial | null; lists: TrustList[]; diagnosis: ChainDiagnosis }>();
  for (const [list, diagnosis] of walk.diagnoses) {
    if (diagnosis.trusted) continue;
    const question = askAbout(walk, list, { host, presented });
    const trials = listRemedies(
      question,
      stored.map(({ certificate }) => certificate),
      helps,
    );
    // What somebody has stored already, somebody has looked at already.
    const trial =
      trials.find(({ certificate }) => names.has(certificate.fingerprint)) ??
      trials.find(({ certificate }) => isWorthStoring(certificate)) ??
      null;
    if (trial === null && !diagnosis.problems.some(isCurable)) continue;
    const key = trial?.certificate.fingerprint ?? "";
    const known = found.get(key) ?? { trial, lists: [], diagnosis };
    known.lists.push(list);
    found.set(key, known);
  }
  for (const { trial, lists, diagnosis } of found.values()) {
    if (trial === null) {
      yield makeFinding(step, "remedy-none", { host, lists, missing: findMissing(diagnosis) });
      continue;
    }
    const { certificate } = trial;
    const name = names.get(certificate.fingerprint);
    const { fingerprint, subject } = describePresented(certificate);
    yield name === undefined
      ? makeFinding(step, "remedy-presented", { host, lists, certificate: describePresented(certificate) })
      : makeFinding(step, "remedy-stored", { host, lists, certificate: { name, fingerprint, subject } });
  }
}

function findMissing({ problems }: ChainDiagnosis) {
  for (const problem of problems) {
    if (problem.code === "unknown-authority" || problem.code === "missing-intermediate")
      return problem.missing;
  }
  return null;
}
