import type { OfferedComponent } from "#lib/schemas/selections.ts";

type ById = ReadonlyMap<string, OfferedComponent>;

/** Something that is off though others that are on need it. */
export interface MissingNeed {
  /** Any of them would do. */
  anyOf: OfferedComponent[];
  neededBy: OfferedComponent[];
}

/** What is lacking, that which most need first. */
export function findMissingNeeds(
  components: readonly OfferedComponent[],
  byId: ById,
  on: ReadonlySet<string>,
): MissingNeed[] {
  const missing = new Map<string, MissingNeed>();
  for (const component of components) {
    if (!on.has(component.id)) continue;
    for (const group of component.needs) {
      if (group.some((id) => on.has(id))) continue;
      const key = group.join(" ");
      const need = missing.get(key) ?? { anyOf: listByIds(byId, group), neededBy: [] };
      need.neededBy.push(component);
      missing.set(key, need);
    }
  }
  return [...missing.values()].sort((a, b) => b.neededBy.length - a.neededBy.length);
}

/** A component with all that it needs and is off; of what would do equally, the first. */
export function withNeeds(
  component: OfferedComponent,
  byId: ById,
  on: ReadonlySet<string>,
): OfferedComponent[] {
  const found = new Map([[component.id, component]]);
  for (const { needs } of found.values()) {
    for (const group of needs) {
      if (group.some((id) => on.has(id) || found.has(id))) continue;
      const [first] = listByIds(byId, group);
      if (first) found.set(first.id, first);
    }
  }
  return [...found.values()];
}

/** All that is on and can do nothing without what is missing, nor without each other. */
export function listDependents(
  { neededBy }: MissingNeed,
  components: readonly OfferedComponent[],
  on: ReadonlySet<string>,
): OfferedComponent[] {
  const found = new Map(neededBy.map((component) => [component.id, component]));
  const stays = (id: string) => on.has(id) && !found.has(id);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const component of components) {
      if (!stays(component.id)) continue;
      const isLost = component.needs.some(
        (group) => group.some((id) => found.has(id)) && !group.some((id) => stays(id)),
      );
      if (isLost) found.set(component.id, component);
    }
  }
  return [...found.values()];
}

/** Whatever needs a component, among others that would do or alone. */
export function listNeeding(id: string, components: readonly OfferedComponent[]): OfferedComponent[] {
  return components.filter(({ needs }) => needs.some((group) => group.includes(id)));
}

/** In the same order; ids of nothing are passed over. */
export function listByIds(byId: ById, ids: readonly string[]): OfferedComponent[] {
  return ids.flatMap((id) => byId.get(id) ?? []);
}
