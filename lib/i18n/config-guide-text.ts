import type { DynamicTranslator } from "./error-text.ts";

type Facts = Readonly<Record<string, string | number>>;

/** The words of guides to cluster configuration, in a reader's language. */
export interface ConfigGuideText {
  /** What is made, and what for. */
  kind: (kind: string) => { title: string; description: string };
  /** What to do; the commands stand beneath it. */
  step: (kind: string, step: { code: string }) => string;
  /** What to know before. */
  note: (kind: string, note: { code: string; facts: Facts }) => string;
  /** The title of an environment's checklist. */
  checklist: (environment: string) => string;
  checklistItem: (item: string) => string;
}

const texts = [
  "base",
  "encoding",
  "expected",
  "host",
  "image",
  "name",
  "namespace",
  "path",
  "pullBy",
  "registry",
  "secret",
  "target",
] as const;
const figures = ["count", "images", "sets"] as const;

/**
 * Makes sentences of the steps and notes of generated configuration. Every argument that a message may name is always
 * given, so that no fact that is missing breaks a sentence.
 *
 * @param translate of the namespace `configGuides`
 */
export function createConfigGuideText(translate: DynamicTranslator): ConfigGuideText {
  const t = (key: string, values: Facts = {}): string => translate(key as never, values as never);
  const has = (key: string): boolean => translate.has(key as never);
  const say = (key: string, code: string, values?: Facts): string =>
    has(`${key}.${code}`) ? t(`${key}.${code}`, values) : t("unknown", { code });

  return {
    kind: (kind) => ({
      title: has(`kinds.${kind}.title`) ? t(`kinds.${kind}.title`) : kind,
      description: say(`kinds.${kind}`, "description"),
    }),
    step: (kind, { code }) => say(`steps.${kind}`, code),
    note: (kind, { code, facts }) => {
      const problem = `problems.${code}.${facts.problem ?? ""}`;
      return say(`notes.${kind}`, code, {
        ...Object.fromEntries(texts.map((name) => [name, ""])),
        ...Object.fromEntries(figures.map((name) => [name, 0])),
        ...facts,
        problem: t(has(problem) ? problem : "problems.other"),
      });
    },
    checklist: (environment) => say("checklists", environment),
    checklistItem: (item) => say("items", item),
  };
}
