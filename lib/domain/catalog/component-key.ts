/**
 * What tells a component from all others of its release: where it is read, and which version of it.
 *
 * @returns `host/repository:tag@digest`, without what it has not
 */
export function formatComponentKey({
  sourceHost,
  sourceRepository,
  tag,
  digest,
}: {
  readonly sourceHost: string;
  readonly sourceRepository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}): string {
  return `${sourceHost}/${sourceRepository}:${tag ?? ""}@${digest ?? ""}`;
}
