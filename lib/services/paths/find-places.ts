import "server-only";
import { type MappedComponent, type MappingRule, mapTargets } from "#lib/domain/catalog/target-mapping.ts";
import type { PlacedTarget, TargetOrigin } from "#lib/schemas/paths.ts";
import { findOrigin } from "./read-rules.ts";

/**
 * Where an image goes by rules, and why it goes there.
 *
 * @throws EngineError as `mapTargets`
 */
export function findPlaces(component: MappedComponent, rules: readonly MappingRule[]): PlacedTarget[] {
  // One template after the other, since each has a reason of its own; of two for one place the first counts.
  const places = new Map<string, TargetOrigin>();
  const rule = rules.find((one) => mapTargets(component, [one]).length > 0);
  for (const target of rule?.targets ?? []) {
    const [place] = rule ? mapTargets(component, [{ ...rule, targets: [target] }]) : [];
    if (!place || !rule || places.has(place.path)) continue;
    places.set(place.path, findOrigin(rule, target.template));
  }
  // Without a rule an image keeps the path that it has below its source.
  if (places.size === 0) places.set(component.path, "own");
  return [...places].map(([path, origin]) => ({ path, origin }));
}
