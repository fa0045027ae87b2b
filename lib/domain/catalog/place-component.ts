import type { Repository } from "#lib/engine/oci/reference.ts";
import { type MappedComponent, type MappingRule, mapTargets } from "./target-mapping.ts";

/** Where a component goes below a destination's base path. */
interface ComponentPlaces {
  readonly targetPath: Repository;
  /** Further places for the same image. */
  readonly moreTargets: readonly Repository[];
}

/**
 * The places of a component; without a rule for it, where it is below its source.
 *
 * @throws EngineError as `mapTargets`
 */
export function placeComponent(component: MappedComponent, rules: readonly MappingRule[]): ComponentPlaces {
  const [first, ...more] = mapTargets(component, rules);
  return { targetPath: first?.path ?? component.path, moreTargets: more.map(({ path }) => path) };
}
