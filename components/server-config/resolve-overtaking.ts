import type { ConfigField, ConfigInput, OvertakingConfig, TextField } from "#lib/schemas/server-config.ts";

/** Of a field that both have changed, whose value is to hold. */
export type Choices = ReadonlyMap<ConfigField, "mine" | "theirs">;

/** What an import begins with: what only the other has changed stays. */
export function proposeChoices({ conflicts, theirsAlone }: OvertakingConfig, kind: string): Choices {
  const alone = kind === "import" ? theirsAlone : [];
  const open = new Set(conflicts.map(({ field }) => field));
  return new Map(alone.filter((field) => !open.has(field)).map((field) => [field, "theirs"]));
}

export function isResolved({ conflicts }: OvertakingConfig, choices: Choices): boolean {
  return conflicts.every(({ field }) => choices.has(field));
}

/** The same change upon what the other has saved, with what was chosen where both meet. */
export function resolveOvertaking(
  { draft }: ConfigInput,
  overtaking: OvertakingConfig,
  choices: Choices,
): ConfigInput {
  const theirs = [...choices].filter(([, choice]) => choice === "theirs").map(([field]) => field);
  const { number: seen } = overtaking;
  if (draft.kind === "import")
    return { seen, draft: { ...draft, kept: [...new Set([...draft.kept, ...theirs])] } };
  if (draft.kind !== "edit") return { seen, draft };
  const changes = Object.fromEntries(
    Object.entries(draft.changes).filter(([field]) => !theirs.includes(field as TextField)),
  );
  return { seen, draft: { kind: "edit", changes } };
}
