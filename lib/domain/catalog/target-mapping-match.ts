const whole = "**";
const partial = "*";

/** Components of a repository's name, `*` among their characters; or `**`. */
const componentPattern = /^(?:\*\*|[a-z0-9*](?:[a-z0-9._*-]*[a-z0-9*])?)$/;
const maxLength = 255;

/** Whether a text is a pattern for `matchesRepository`. */
export function isRepositoryPattern(pattern: string): boolean {
  return pattern.length <= maxLength && pattern.split("/").every((part) => componentPattern.test(part));
}

/**
 * Whether a repository's name fits a pattern. `*` stands for any characters inside a component, `**` for any number of
 * components. A pattern without either fits a name and all that is below it: `tkg` fits `tkg/etcd`, and not `tkg2/etcd`.
 */
export function matchesRepository(pattern: string, repository: string): boolean {
  if (pattern === whole) return true;
  if (!pattern.includes(partial)) return repository === pattern || repository.startsWith(`${pattern}/`);
  return fits(pattern.split("/"), repository.split("/"), whole, (part, component) =>
    fits([...part], [...component], partial, (one, other) => one === other),
  );
}

/** Whether texts fit a sequence in which `star` stands for any number of them. Never worse than quadratic. */
function fits(
  pattern: readonly string[],
  texts: readonly string[],
  star: string,
  fit: (part: string, text: string) => boolean,
): boolean {
  let [at, next] = [0, 0];
  // Where to go on after the last star, if it has to stand for one more.
  let again: { at: number; next: number } | null = null;
  while (at < texts.length) {
    const part = pattern[next];
    if (part === star) {
      next++;
      again = { at, next };
    } else if (part !== undefined && fit(part, texts[at] ?? "")) {
      at++;
      next++;
    } else if (again !== null) {
      again = { at: again.at + 1, next: again.next };
      ({ at, next } = again);
    } else {
      return false;
    }
  }
  return pattern.slice(next).every((part) => part === star);
}
