import { z } from "zod";
import { DoctorAsker, DoctorState, FindingSeverity } from "#lib/db/generated/enums.ts";
import { type DoctorStep, doctorSteps } from "#lib/domain/doctor/doctor-step.ts";
import type { MessageFacts } from "#lib/domain/doctor/known-message.ts";
import { checkContainerRegistryUrl, type UrlProblemCode } from "#lib/domain/vcd/container-registry-url.ts";
import type { ErrorView, InputErrorCode } from "#lib/errors.ts";
import { anyOf } from "./any-of.ts";
import { checkedBy } from "./checked-text.ts";
import { listQuery } from "./list-query.ts";
import { hostProblem } from "./registries.ts";

export { worstOf } from "#lib/domain/doctor/finding.ts";
export { type KnownMessage, messageChecks } from "#lib/domain/doctor/known-message.ts";
export { messageCommands } from "#lib/domain/doctor/known-message-commands.ts";
export { explainMessages } from "#lib/domain/doctor/known-messages.ts";

const maxCertificatesLength = 262_144;

const addressProblems: Readonly<Record<UrlProblemCode, InputErrorCode | null>> = {
  required: "required",
  "too-long": "too-long",
  whitespace: "host-format",
  scheme: "host-has-scheme",
  credentials: "url-has-credentials",
  query: "path-format",
  "trailing-slash": "path-trailing-slash",
  "upper-case": "path-upper-case",
  tag: "path-format",
  "ends-in-folder": "path-ends-in-folder",
  "ipv6-brackets": "host-format",
  "international-host": "host-format",
  "host-format": "host-format",
  "port-format": "port-format",
  "path-format": "path-format",
  // To be told so is what the doctor is for.
  "retired-host": null,
};

/** What a browser's address line has around a host and path that are meant: no more than that is taken off. */
function withoutFrame(text: string): string {
  const bare = text
    .trim()
    .replace(/^https:\/\//i, "")
    .replace(/\/+$/, "");
  return bare.replace(/^[^/]+/, (host) => host.toLowerCase());
}

function addressProblem(text: string): InputErrorCode | null {
  const [problem] = checkContainerRegistryUrl(text).problems.flatMap(
    ({ code }) => addressProblems[code] ?? [],
  );
  return problem ?? null;
}

/** `host[:port][/path]`, as the container registry URL is written. */
export const registryAddress = z
  .string()
  .max(1024, "too-long")
  .transform(withoutFrame)
  .transform(checkedBy(addressProblem));

/** `host[:port]`; the address of a page there will do. */
const cloudDirectorHost = z
  .string()
  .max(1024, "too-long")
  .transform((text) => withoutFrame(text).replace(/\/.*$/s, ""))
  .transform(checkedBy((host) => (host === "" ? null : hostProblem(host))));

export const startDoctorRunInput = z.object({
  /** Whose stored password and proxy are used; null: nobody's. */
  registryId: z.uuid().nullable().default(null),
  /** Its host must be that of the registry, where one is named. */
  address: registryAddress,
  /** Empty: it is not asked. */
  cloudDirector: cloudDirectorHost.default(""),
  /** Trusted for this run as if they stood in every list. */
  certificates: z.string().trim().max(maxCertificatesLength, "too-long").default(""),
});
export type StartDoctorRunInput = z.output<typeof startDoctorRunInput>;
/** What the form holds: the text of every field. */
export type DoctorFields = Required<z.input<typeof startDoctorRunInput>>;

export const doctorRunInput = z.object({ runId: z.uuid() });

/** `/doctor/[run]` */
export const doctorRunParams = z.object({ run: z.uuid() });
export const doctorReportQuery = z.object({ format: z.enum(["json", "text"]).catch("text") });

/** `/doctor`: what is to be filled in, besides the list. */
export const doctorPageQuery = z.object({
  address: z.string().trim().max(1024).catch(""),
  registry: z.uuid().nullable().catch(null),
});

export const doctorRunsQuery = listQuery(["createdAt", "host"], "desc").extend({
  worst: anyOf(FindingSeverity),
  state: anyOf(DoctorState),
  askedBy: anyOf(DoctorAsker),
});
export type DoctorRunsQuery = z.output<typeof doctorRunsQuery>;

/** What was seen, as it is stored: it may be older than the code. */
export interface FindingView {
  step: string;
  code: string;
  severity: FindingSeverity;
  facts: Record<string, unknown>;
}

export interface DoctorRunRow {
  id: string;
  state: DoctorState;
  askedBy: DoctorAsker;
  /** host[:port] */
  host: string;
  basePath: string;
  worst: FindingSeverity | null;
  createdAt: string;
  createdByName: string;
  finishedAt: string | null;
}

/** What to type on a node. */
export interface NodeCommandView {
  /** `doctorFindings.commands.<purpose>` */
  purpose: string;
  command: string;
}

export interface DoctorRunDetail extends DoctorRunRow {
  /** Whose password and proxy were used, while it is there. */
  registry: { id: string; name: string } | null;
  cloudDirector: string | null;
  /** Subjects of what was trusted for this run only. */
  tried: string[];
  startedAt: string | null;
  workerName: string | null;
  findings: FindingView[];
  commands: NodeCommandView[];
}

/** A run for a support case: people are left out of it, as is what this panel keeps a run for. */
export interface DoctorReport extends Omit<DoctorRunDetail, "createdByName" | "askedBy" | "registry"> {
  /** Of this program. */
  version: string;
}

interface StepGroup<Step> {
  step: Step;
  findings: FindingView[];
}

/** All steps of the walk, in their order, with what was seen in each. */
export function groupBySteps(findings: readonly FindingView[]): StepGroup<DoctorStep>[] {
  return doctorSteps.map((step) => ({ step, findings: findings.filter((finding) => finding.step === step) }));
}

/** What an older version has seen in steps that there are not any more. */
export function listUnknownSteps(findings: readonly FindingView[]): StepGroup<string>[] {
  const known = new Set<string>(doctorSteps);
  const others = Map.groupBy(findings, ({ step }) => step);
  return [...others].filter(([step]) => !known.has(step)).map(([step, of]) => ({ step, findings: of }));
}

/** Whether more is to come. */
export function isGoing({ state }: Pick<DoctorRunRow, "state">): boolean {
  return state === "queued" || state === "running";
}

/** `host[:port][/path]` */
export function formatAddress({ host, basePath }: Pick<DoctorRunRow, "host" | "basePath">): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}

const presentedCertificates = z.array(
  z.object({
    fingerprint: z.string(),
    subject: z.string(),
    issuer: z.string(),
    notBefore: z.iso.datetime({ offset: true }),
    notAfter: z.iso.datetime({ offset: true }),
  }),
);

/** The certificates among the facts of a finding; none where there are none that can be shown. */
export function readPresented({
  certificates,
}: Record<string, unknown>): z.output<typeof presentedCertificates> {
  return presentedCertificates.safeParse(certificates).data ?? [];
}

/** What a message is about, as it can be examined; null where it names no server that could be a registry. */
export function addressOf({ host, base = "" }: MessageFacts): string | null {
  if (host === undefined) return null;
  const address = formatAddress({ host: host.toLowerCase(), basePath: base });
  return registryAddress.safeParse(address).data ?? null;
}

/** Errors of registries of which an examination tells more. */
const examinable = new Set([
  "host-not-found",
  "connection-refused",
  "connection-lost",
  "host-unreachable",
  "timeout",
  "tls-untrusted",
  "tls-name-mismatch",
  "tls-expired",
  "tls-failed",
  "protocol-mismatch",
  "redirect-refused",
  "client-certificate-required",
  "proxy-unreachable",
  "proxy-tls-failed",
  "proxy-unauthorized",
  "proxy-refused",
  "unauthorized",
  "forbidden",
  "not-a-registry",
  "registry-failed",
  "harbor-project-missing",
]);

/** `host[:port]` of the registry that an error is about, where an examination tells more of it; null otherwise. */
export function findExaminable({ code, facts: { registry } }: ErrorView): string | null {
  return examinable.has(code) && typeof registry === "string" && registry !== "" ? registry : null;
}

/** The doctor's page with a registry filled in: one that is stored, or an address. */
export function formatExamineHref(wanted: { registry: string } | { address: string }): string {
  return `/doctor?${new URLSearchParams(wanted).toString()}`;
}
