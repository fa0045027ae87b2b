import type { ComponentChoice } from "#lib/schemas/releases.ts";

/** Which components of the chosen releases are copied, by release: "all" that are enabled, or these. */
export type Selection = Readonly<Record<string, "all" | readonly string[]>>;

function isSelected(selection: Selection, releaseId: string): boolean {
  return releaseId in selection;
}

export function toggleRelease(selection: Selection, releaseId: string): Selection {
  if (!isSelected(selection, releaseId)) return { ...selection, [releaseId]: "all" };
  return Object.fromEntries(Object.entries(selection).filter(([id]) => id !== releaseId));
}

/** Choosing every enabled component is choosing the release: what it gains later would belong to it, too. */
export function chooseComponents(
  selection: Selection,
  releaseId: string,
  chosen: ReadonlySet<string>,
  components: readonly ComponentChoice[],
): Selection {
  const enabled = components.filter((component) => component.enabled);
  const all = enabled.every(({ id }) => chosen.has(id));
  return {
    ...selection,
    [releaseId]: all ? "all" : enabled.map(({ id }) => id).filter((id) => chosen.has(id)),
  };
}

/** The components to name when a job is started; undefined when all of every release are wanted. */
export async function listChosen(
  selection: Selection,
  listComponents: (releaseId: string) => Promise<ComponentChoice[]>,
): Promise<string[] | undefined> {
  const entries = Object.entries(selection);
  if (entries.every(([, chosen]) => chosen === "all")) return undefined;
  const ids = await Promise.all(
    entries.map(async ([releaseId, chosen]) =>
      chosen === "all"
        ? (await listComponents(releaseId)).filter(({ enabled }) => enabled).map(({ id }) => id)
        : chosen,
    ),
  );
  return ids.flat();
}
