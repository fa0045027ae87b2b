import { nameEntry, type MirrorSet } from "./mirror-set.ts";
import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";

/** What is amiss with entries on any node. */
export function checkEntries(sets: readonly MirrorSet[]): readonly MirrorFinding[] {
  const places = sets.flatMap((set) =>
    set.entries.map((entry, index) => ({ entry, object: nameEntry(set, index) })),
  );
  const single = places.flatMap(({ entry: { source, mirrors, mirrorSourcePolicy: policy }, object }) => {
    if (mirrors.length > 0) {
      const isItself = mirrors.every((mirror) => mirror === source);
      return isItself ? [tellMirror("mirror-equals-source", object, { source })] : [];
    }
    return [
      policy === undefined
        ? tellMirror("entry-without-mirrors", object, { source })
        : tellMirror("policy-without-mirrors", object, { source, policy }),
    ];
  });
  return [...single, ...checkPolicies(places)];
}

function checkPolicies(
  places: readonly { readonly entry: MirrorSet["entries"][number]; readonly object: string }[],
): readonly MirrorFinding[] {
  // Linux nodes pass over what has no mirror but the source, its policy included (runtime-utils, addMirrorSet).
  const real = places.filter(({ entry }) => entry.mirrors.some((mirror) => mirror !== entry.source));
  const bySource = Map.groupBy(real, ({ entry }) => entry.source);
  return [...bySource].flatMap(([source, group]) => {
    // Unset means Allow.
    const never = group.filter(({ entry }) => entry.mirrorSourcePolicy === "NeverContactSource").length;
    const allow = group.length - never;
    const [first] = group;
    if (first === undefined || never === 0 || allow === 0) return [];
    return [tellMirror("policies-differ", first.object, { source, never, allow })];
  });
}
