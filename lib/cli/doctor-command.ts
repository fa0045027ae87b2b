import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { NamedCertificate, DoctorQuestion } from "../domain/doctor/doctor-question.ts";
import type { DoctorStep } from "../domain/doctor/doctor-step.ts";
import { examine } from "../domain/doctor/examine.ts";
import { type Finding, type FindingOf, type FindingSeverity, worstOf } from "../domain/doctor/finding.ts";
import { type NodeCommand, type NodeCommandPurpose, nodeCommands } from "../domain/doctor/node-commands.ts";
import { readCertificates } from "../domain/certificates/read-certificates.ts";
import { type DoctorOptions, doctorUsage, parseDoctorOptions } from "./doctor-options.ts";
import { chooseProxy, findStoredCredentials } from "./open-registry.ts";
import { printable } from "./printable.ts";
import { connectionVerdicts } from "./connection-verdicts.ts";
import { registryVerdicts, stepTitles } from "./registry-verdicts.ts";
import { trustVerdicts } from "./trust-verdicts.ts";
import { describeUsage, UsageError } from "./usage-error.ts";
import type { Verdict } from "./verdict.ts";
import { withInterrupt } from "./with-interrupt.ts";

const verdicts = { ...connectionVerdicts, ...trustVerdicts, ...registryVerdicts };

const purposeTitles: Readonly<Record<NodeCommandPurpose, string>> = {
  "resolve-name": "what the node takes the name for",
  "find-cse-certificate":
    "the certificate, where Container Service Extension puts it, its number being its place in the list",
  "find-tanzu-certificate": "the certificate, where vSphere with Tanzu puts it, if it has this name there",
  "find-tkg-certificate": "the certificate, where Tanzu Kubernetes Grid puts it",
  "show-chain": "the certificates that the node is sent",
  "ask-registry": "what the registry answers to the node",
  "pull-image": "whether the node can pull an image",
  "ask-cloud-director": "whether Cloud Director answers to the node",
};

const marks: Readonly<Record<FindingSeverity, string>> = {
  ok: "ok",
  skipped: "-",
  notice: "note",
  warning: "WARNING",
  error: "PROBLEM",
};
/** Width of the marks. */
const indent = " ".repeat(11);

/** `drayage doctor`. @returns the exit status */
export async function runDoctorCommand(args: readonly string[]): Promise<number> {
  return withInterrupt(async (signal) => {
    let options: DoctorOptions;
    let question: DoctorQuestion;
    try {
      const given = parseDoctorOptions(args);
      if (given === "help") {
        process.stdout.write(doctorUsage);
        return 0;
      }
      options = given;
      question = await buildQuestion(options);
    } catch (error) {
      process.stderr.write(`drayage doctor: ${describeUsage(error)}\n`);
      return 2;
    }
    const startedAt = performance.now();
    const findings: Finding[] = [];
    try {
      await walk(options, question, findings, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      process.stderr.write("drayage doctor: Cancelled.\n");
      return 1;
    }
    report(options, findings, nodeCommands(question, findings), performance.now() - startedAt);
    return worstOf(findings) === "error" ? 1 : 0;
  });
}

/** @throws UsageError */
async function buildQuestion(options: DoctorOptions): Promise<DoctorQuestion> {
  const { registry, caPaths, cloudDirector, line, plainHttp, withoutAuth, authPath } = options;
  const [certificates, credentials] = await Promise.all([
    readAuthorities(caPaths),
    withoutAuth ? undefined : findStoredCredentials(registry.registry, authPath),
  ]);
  const proxy = chooseProxy(line, plainHttp);
  return {
    registry,
    plainHttp,
    // What clusters are given, this machine is given, too: both are asked whether it suffices.
    trust: { panel: certificates, cluster: certificates },
    ...(proxy !== undefined && { proxy }),
    ...(credentials !== undefined && { credentials }),
    ...(cloudDirector !== undefined && { cloudDirector }),
  };
}

/** @throws UsageError for a file that cannot be read, or has no certificate, or has a private key */
async function readAuthorities(paths: readonly string[]): Promise<readonly NamedCertificate[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path);
      } catch (error) {
        throw new UsageError(`--ca: ${error instanceof Error ? error.message : path}`, { cause: error });
      }
      const { found, problems } = readCertificates(bytes);
      if (problems.some(({ code }) => code === "private-key")) {
        throw new UsageError(`--ca: ${path} has a private key; only certificates belong there`);
      }
      if (found.length === 0) throw new UsageError(`--ca: ${path} has no certificate that can be read`);
      const name = basename(path, extname(path));
      return found.map(({ certificate }, index) => ({
        name: found.length === 1 ? name : `${name} #${index + 1}`,
        certificate,
      }));
    }),
  );
  return files.flat();
}

/** Tells of each step as it is seen. */
async function walk(
  { json, anyAddress, totalTimeoutMs }: DoctorOptions,
  question: DoctorQuestion,
  findings: Finding[],
  signal: AbortSignal,
): Promise<void> {
  let told: DoctorStep | null = null;
  const options = { signal, totalTimeoutMs, ...(anyAddress && { addressPolicy: "open" as const }) };
  for await (const finding of examine(question, options)) {
    findings.push(finding);
    if (json) continue;
    if (finding.code === "skipped") process.stdout.write(formatSkipped(finding));
    else {
      if (finding.step !== told) process.stdout.write(`${stepTitles[finding.step]}\n`);
      process.stdout.write(formatFinding(finding));
    }
    told = finding.step;
  }
}

function formatSkipped(finding: FindingOf<"skipped">): string {
  return `${stepTitles[finding.step]}: ${describeFinding(finding).seen}\n`;
}

function formatFinding(finding: Finding): string {
  const { seen, meaning, remedy } = describeFinding(finding);
  const lines = [
    `  ${marks[finding.severity].padEnd(indent.length - 2)}${seen}`,
    ...(meaning === undefined ? [] : [`${indent}${meaning}`]),
    ...(remedy === undefined ? [] : [`${indent}-> ${remedy}`]),
  ];
  return lines.map((line) => `${printable(line.replaceAll("\n", " "))}\n`).join("");
}

function describeFinding({ code, facts }: Finding): Verdict {
  // Each code's facts go to the words of that code, which the compiler cannot follow.
  const describe = verdicts[code] as (facts: Finding["facts"]) => Verdict;
  return describe(facts);
}

function report(
  { json, registry }: DoctorOptions,
  findings: readonly Finding[],
  commands: readonly NodeCommand[],
  durationMs: number,
): void {
  const worst = worstOf(findings);
  if (json) {
    const document = {
      registry: registry.registry,
      base: registry.base,
      worst,
      durationMs: Math.round(durationMs),
      findings,
      nodeCommands: commands,
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const concerned = (severity: FindingSeverity) => [
    ...new Set(findings.filter((each) => each.severity === severity).map(({ step }) => stepTitles[step])),
  ];
  const [problems, warnings] = [concerned("error"), concerned("warning")];
  if (problems.length + warnings.length > 0) {
    process.stdout.write("\nTo compare, on a node:\n");
    let told: NodeCommandPurpose | null = null;
    for (const { purpose, command } of commands) {
      if (purpose !== told) process.stdout.write(`  # ${purposeTitles[purpose]}\n`);
      told = purpose;
      process.stdout.write(`  ${printable(command)}\n`);
    }
  }
  if (warnings.length > 0) process.stdout.write(`\nWarnings: ${warnings.join(", ")}\n`);
  const outcome =
    problems.length > 0 ? `Problems: ${problems.join(", ")}` : "Nothing keeps clusters from pulling.";
  process.stdout.write(`\n${outcome}\n`);
}
