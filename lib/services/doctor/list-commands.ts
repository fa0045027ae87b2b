import "server-only";
import type { Finding } from "#lib/domain/doctor/finding.ts";
import { nodeCommands } from "#lib/domain/doctor/node-commands.ts";
import type { FindingView, NodeCommandView } from "#lib/schemas/doctor.ts";
import { describeRun } from "./describe-run.ts";
import type { StoredQuestion } from "./stored-question.ts";

/** What to type on a node, by what was asked and seen. */
export function listCommands(
  run: { host: string; basePath: string },
  question: StoredQuestion,
  findings: readonly FindingView[],
): NodeCommandView[] {
  // How the registry was meant to be spoken to is no part of the question: it is read anew with its other settings.
  const plainHttp = findings.some(({ code }) => code === "protocol-plain-http-wanted");
  return [...nodeCommands({ ...describeRun(run, question), plainHttp }, findings as readonly Finding[])];
}
