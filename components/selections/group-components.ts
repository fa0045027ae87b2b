import type { OfferedComponent } from "#lib/schemas/selections.ts";

export const groupings = ["none", "part", "kind"] as const;
export type Grouping = (typeof groupings)[number];

export const shows = ["all", "on", "off", "changed", "new", "required", "unpublished"] as const;
export type Show = (typeof shows)[number];

/** Whether a component is among those that are asked for. */
export function isShown(component: OfferedComponent, show: Show, on: ReadonlySet<string>): boolean {
  const { id, isOn, isNew, isRequired, isPublished } = component;
  switch (show) {
    case "all":
      return true;
    case "on":
      return on.has(id);
    case "off":
      return !on.has(id);
    case "changed":
      return on.has(id) !== isOn;
    case "new":
      return isNew;
    case "required":
      return isRequired;
    case "unpublished":
      return on.has(id) && !isPublished;
  }
}

/** What a list shows one below the other: a group's head, or a component of it. */
export type ListItem =
  | { type: "group"; key: string; components: readonly OfferedComponent[] }
  | { type: "component"; key: string; component: OfferedComponent };

/** Components below the heads of their groups, which come in the order of their first ones. */
export function groupComponents(components: readonly OfferedComponent[], grouping: Grouping): ListItem[] {
  const toItem = (component: OfferedComponent): ListItem => ({
    type: "component",
    key: component.id,
    component,
  });
  if (grouping === "none") return components.map(toItem);
  const groups = Map.groupBy(components, (component) => component[grouping]);
  return [...groups].flatMap(([key, members]): ListItem[] => [
    { type: "group", key, components: members },
    ...members.map(toItem),
  ]);
}
