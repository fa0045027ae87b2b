import {
  type ConfigField,
  type ConfigProblem,
  type ConfigTexts,
  findValueProblems,
  isWarning,
  readConfigTexts,
  type ServerConfig,
  type ServerField,
  serverTabs,
  type ServerTab,
  serverTabNames,
  type TextField,
} from "#lib/schemas/server-config.ts";

/** What somebody has typed and not saved, and the revision that it was typed into. */
export interface ConfigDraftState {
  texts: ConfigTexts;
  seen: number;
}

type FormConfig = Pick<ServerConfig, "number" | "values" | "problems" | "laterFields">;

const serverFields: readonly ServerField[] = Object.values(serverTabs).flat();
/** How the panel shows a password. */
const hidden = "***";

/** The draft with another text in one field; one that is as it is saved is none of the draft. */
export function changeText(
  config: FormConfig,
  draft: ConfigDraftState,
  field: ServerField,
  text: string | undefined,
): ConfigDraftState {
  const { [field]: _before, ...others } = draft.texts;
  const isSaved = text === undefined || (field !== "githubToken" && text === config.values[field]);
  const texts = isSaved ? others : { ...others, [field]: text };
  // Whoever begins anew begins with what is saved now.
  const isBegun = Object.keys(draft.texts).length > 0;
  return { texts, seen: isBegun ? draft.seen : config.number };
}

/**
 * What is wrong with the fields as they stand in the form: those that were changed by their own rules and together with the
 * others, the rest as it was saved.
 */
export function findFormProblems(config: FormConfig, texts: ConfigTexts): ConfigProblem[] {
  const isFirstType = config.laterFields.length > 0;
  const known = serverFields.filter((field) => {
    const saved = config.values[field];
    return texts[field] === undefined && saved !== "" && !saved.includes(hidden);
  });
  const saved: ConfigTexts = Object.fromEntries(known.map((field) => [field, config.values[field]]));
  const typed = readConfigTexts({ ...saved, ...texts });
  const live = [...typed.problems, ...findValueProblems(typed.change)].filter(
    ({ field }) => !(isFirstType && field?.endsWith("Version")),
  );
  const isTold = ({ field, code }: ConfigProblem) =>
    live.some((problem) => problem.field === field && problem.code === code);
  const jointCodes: readonly string[] = ["not-longer", "default-missing"];
  const standing = config.problems.filter(
    (problem) =>
      (problem.field === null || texts[problem.field as TextField] === undefined) &&
      !jointCodes.includes(problem.code) &&
      !isTold(problem),
  );
  return [...live, ...standing];
}

/** Problems that belong to no field of the page: of other pages, and of what the panel does not know. */
export function isElsewhere({ field }: ConfigProblem): boolean {
  return field === null || !serverFields.some((own) => own === field);
}

export function tabOf(field: ConfigField): ServerTab | null {
  return serverTabNames.find((tab) => (serverTabs[tab] as readonly ConfigField[]).includes(field)) ?? null;
}

export const hasErrors = (problems: readonly ConfigProblem[]): boolean =>
  problems.some(({ code }) => !isWarning(code));
