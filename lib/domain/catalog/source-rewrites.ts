import {
  parseRegistryBase,
  parseRegistryHost,
  parseRepository,
  type Reference,
  type RegistryBase,
  type RegistryHost,
  type Repository,
} from "#lib/engine/oci/reference.ts";

/** What stands under one name is read under another. */
export interface SourceRewrite {
  readonly id: string;
  /** `host[:port]` or `host[:port]/path`; stands for itself and all that is below it. */
  readonly from: string;
  /** Likewise. */
  readonly to: string;
  /** False for a rule that is kept and not used. */
  readonly enabled: boolean;
}

/** A repository somewhere. */
export interface SourceName {
  readonly host: RegistryHost;
  readonly repository: Repository;
}

export interface RewrittenSource extends SourceName {
  /** Null when no rule was for it, so that nothing is changed. */
  readonly ruleId: string | null;
}

/**
 * VMware's public registry has moved, and its old host, which the lists of all releases name, is retired:
 * https://github.com/vmware-tanzu/tanzu-cli/pull/755
 */
export const defaultSourceRewrites: readonly SourceRewrite[] = [
  {
    id: "broadcom",
    from: "projects.registry.vmware.com",
    to: "projects.packages.broadcom.com",
    enabled: true,
  },
];

/**
 * Where a repository is read in fact. The rule whose `from` is longest counts, and it counts once: what it leads to is not
 * looked up again, so that no set of rules goes round in circles.
 *
 * @throws EngineError `reference-invalid` when the new name is too long, or for a rule that `findRewriteProblems` objects to
 */
export function rewriteSource(source: SourceName, rules: readonly SourceRewrite[]): RewrittenSource {
  const name = `${source.host}/${source.repository}`;
  // A whole repository cannot become the root of a registry.
  const { best, rewritten } = findRule(name, rules, (text) => text.includes("/"));
  if (best === null) return { ...source, ruleId: null };
  const slash = rewritten.indexOf("/");
  return {
    host: parseRegistryHost(rewritten.slice(0, slash)),
    repository: parseRepository(rewritten.slice(slash + 1)),
    ruleId: best.id,
  };
}

function findRule(
  name: string,
  rules: readonly SourceRewrite[],
  isName: (text: string) => boolean = () => true,
): { readonly best: SourceRewrite | null; readonly rewritten: string } {
  let [best, rewritten]: [SourceRewrite | null, string] = [null, name];
  for (const rule of rules) {
    if (!rule.enabled || rule.from.length <= (best?.from.length ?? 0)) continue;
    const rest = readRest(name, rule.from);
    if (rest === null || !isName(`${rule.to}${rest}`)) continue;
    [best, rewritten] = [rule, `${rule.to}${rest}`];
  }
  return { best, rewritten };
}

/** As `rewriteSource`, of a whole reference, whose tag and digest stay as they are. */
export function rewriteReference(
  reference: Reference,
  rules: readonly SourceRewrite[],
): { readonly reference: Reference; readonly ruleId: string | null } {
  const { registry, repository } = reference;
  const { ruleId, ...name } = rewriteSource({ host: registry, repository }, rules);
  return { reference: { ...reference, registry: name.host, repository: name.repository }, ruleId };
}

/**
 * As `rewriteSource`, of a registry or a folder in one. What a rule says of a repository further down is not looked at.
 */
export function rewriteBase(
  { registry, base }: RegistryBase,
  rules: readonly SourceRewrite[],
): { readonly base: RegistryBase; readonly ruleId: string | null } {
  const name = base === "" ? registry : `${registry}/${base}`;
  const { best, rewritten } = findRule(name, rules);
  return {
    base: best === null ? { registry, base } : parseRegistryBase(rewritten),
    ruleId: best?.id ?? null,
  };
}

/** What follows a prefix of whole components, or null when it is none. */
function readRest(name: string, prefix: string): string | null {
  if (name === prefix) return "";
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : null;
}
