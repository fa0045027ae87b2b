import type { DynamicTranslator } from "./error-text.ts";

/** Something that is wrong with a configuration: a code, and what is known of the place. */
interface ProblemFacts {
  code: string;
  value?: string;
  proposal?: string;
  /** From 0, of an entry in a list. */
  index?: number;
  other?: number;
  minimum?: number;
  maximum?: number;
  expected?: string;
}

/** Entries of these are said to be wrong as a whole; of other lists the text names the entry itself. */
const isNumbered = ({ index, value }: ProblemFacts): boolean => index !== undefined && value === undefined;

/** Makes sentences of what is wrong with a configuration. Every argument that a message may name is always given. */
export function createConfigProblemText(translate: DynamicTranslator): (problem: ProblemFacts) => string {
  const t = (key: string, values: Record<string, string | number>): string =>
    translate(key as never, values as never);
  return (problem) => {
    const { code, value, proposal, index = 0, other = 0, minimum = 0, maximum, expected = "" } = problem;
    const text = t(`problems.${code}`, {
      expected,
      hasMaximum: maximum === undefined ? "no" : "yes",
      hasProposal: proposal === undefined ? "no" : "yes",
      hasValue: value === undefined ? "no" : "yes",
      maximum: maximum ?? 0,
      minimum,
      other: other + 1,
      proposal: proposal ?? "",
      value: value ?? "",
    });
    return isNumbered(problem) ? t("entry", { index: index + 1, text }) : text;
  };
}
