import "server-only";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { type ConfigProblem, entityPathOf, findConfigProblems } from "#lib/domain/vcd/config-problems.ts";
import { configLists, listFields, readListedCertificates } from "./listed-certificates.ts";

/** What is wrong with a document, with what shows only when its certificates are read. */
export function findDocumentProblems(document: ConfigDocument): ConfigProblem[] {
  const problems = findConfigProblems(document);
  const isTold = (field: string, index: number) =>
    problems.some((problem) => problem.field === field && problem.index === index);
  const unreadable = configLists.flatMap((list) => {
    const field = listFields[list];
    return readListedCertificates(document, list)
      .unreadable.filter((index) => !isTold(field, index))
      .map((index): ConfigProblem => ({ field, path: entityPathOf(field), code: "pem-format", index }));
  });
  return [...problems, ...unreadable];
}
