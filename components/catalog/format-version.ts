/** `:tag` or `@digest`, as it follows a repository. */
export function formatVersion({ tag, digest }: { tag: string | null; digest: string | null }): string {
  return tag === null ? `@${digest ?? ""}` : `:${tag}`;
}
