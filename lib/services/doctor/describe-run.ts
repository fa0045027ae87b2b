import "server-only";
import type { DoctorQuestion } from "#lib/domain/doctor/doctor-question.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { formatAddress } from "#lib/schemas/doctor.ts";
import { readTrust, type StoredQuestion } from "./stored-question.ts";

/** What a run asks, without what only the one who carries it out has to know. */
export function describeRun(
  run: { host: string; basePath: string },
  question: StoredQuestion,
): DoctorQuestion {
  return {
    registry: parseRegistryBase(formatAddress(run)),
    ...readTrust(question),
    ...(question.cloudDirector !== null && { cloudDirector: question.cloudDirector }),
  };
}
