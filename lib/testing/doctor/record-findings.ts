import { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { DoctorOptions, DoctorQuestion, NamedCertificate } from "#lib/domain/doctor/doctor-question.ts";
import { examine } from "#lib/domain/doctor/examine.ts";
import type { Finding, FindingCode } from "#lib/domain/doctor/finding.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import type { TestCertificate } from "#lib/testing/issue-certificate.ts";

/** What a test asks; the registry as a text, trust as certificates that were made in the test. */
export interface AskedWalk extends Omit<DoctorQuestion, "registry" | "trust" | "stored"> {
  /** `host[:port][/base]` */
  readonly registry: string;
  readonly trust?: Readonly<Partial<Record<keyof DoctorQuestion["trust"], readonly TestCertificate[]>>>;
  readonly stored?: readonly TestCertificate[];
  readonly options?: DoctorOptions;
}

/** Walks, and remembers which codes were ever seen. */
export class FindingRecorder {
  readonly seen = new Set<FindingCode>();

  async walk({ registry, trust = {}, stored, options, ...rest }: AskedWalk): Promise<Finding[]> {
    const findings: Finding[] = [];
    const question: DoctorQuestion = {
      ...rest,
      registry: parseRegistryBase(registry),
      trust: Object.fromEntries(
        Object.entries(trust).map(([list, certificates]) => [list, certificates.map(nameCertificate)]),
      ),
      ...(stored && { stored: stored.map(nameCertificate) }),
    };
    for await (const finding of examine(question, options)) findings.push(finding);
    this.note(findings);
    return findings;
  }

  note(findings: readonly Finding[]): void {
    for (const { code } of findings) this.seen.add(code);
  }
}

function nameCertificate({ der }: TestCertificate, position: number): NamedCertificate {
  const certificate = Certificate.parse(der);
  if (certificate === null) throw new Error("not a certificate that can be read");
  return { name: `stored-${position}`, certificate };
}

/** The codes of a step, or of all, in their order; what is skipped is left out. */
export function codesOf(findings: readonly Finding[], step?: Finding["step"]): FindingCode[] {
  const wanted = findings.filter((each) => step === undefined || each.step === step);
  return wanted.map(({ code }) => code).filter((code) => code !== "skipped");
}

/** The codes of what keeps clusters from pulling. */
export const problemsOf = (findings: readonly Finding[]): FindingCode[] =>
  codesOf(findings.filter(({ severity }) => severity === "error"));

/** The finding of a code. @throws Error when there is none */
export function findingOf<Code extends FindingCode>(
  findings: readonly Finding[],
  code: Code,
): Extract<Finding, { readonly code: Code }> {
  const found = findings.find((each) => each.code === code);
  if (found === undefined) throw new Error(`no ${code} among ${codesOf(findings).join(", ")}`);
  return found as Extract<Finding, { readonly code: Code }>;
}

/** Why a step was skipped. */
export function skippedAt(findings: readonly Finding[], step: Finding["step"]) {
  const found = findings.find((each) => each.step === step && each.code === "skipped");
  return found?.facts ?? null;
}
