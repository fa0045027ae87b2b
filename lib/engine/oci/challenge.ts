/** One way in which a server lets itself be asked: RFC 9110 section 11.6.1 (formerly RFC 7235). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

// A token, then optionally "= value" where the value is a token or a quoted string; or a token68.
const tokenPattern = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const token68Pattern = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const quotedPattern = /"((?:[^"\\]|\\[^])*)"/y;
const equalsPattern = /[ \t]*=[ \t]*/y;
const separatorPattern = /[ \t]*(?:,[ \t]*)*/y;
const spacePattern = /[ \t]+/y;

/**
 * The challenges of a `WWW-Authenticate` header, in order. Several headers may be joined by commas first.
 *
 * What cannot be understood ends the parsing; what was read before it is kept, since one odd challenge must not hide a
 * usable one.
 */
export function parseChallenges(header: string): Challenge[] {
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match) position = pattern.lastIndex;
    return match;
  };

  const challenges: Challenge[] = [];
  for (;;) {
    take(separatorPattern);
    const scheme = take(tokenPattern)?.[0];
    if (scheme === undefined) return challenges;
    const parameters: Record<string, string> = {};
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    if (!take(spacePattern)) continue;
    for (;;) {
      const start = position;
      const name = take(tokenPattern)?.[0];
      const isParameter = name !== undefined && take(equalsPattern) !== null;
      if (isParameter) {
        const quoted = take(quotedPattern);
        const value = quoted ? (quoted[1] ?? "").replace(/\\([^])/g, "$1") : take(tokenPattern)?.[0];
        if (value !== undefined) {
          const key = name.toLowerCase();
          // The first of a repeated parameter counts; "__proto__" is a parameter like any other.
          if (!Object.hasOwn(parameters, key))
            Object.defineProperty(parameters, key, { value, enumerable: true });
          take(separatorPattern);
          continue;
        }
      }
      position = start;
      const isToken68 = Object.keys(parameters).length === 0 && take(token68Pattern) !== null;
      if (isParameter && !isToken68) return challenges;
      // A name without a value is the next challenge's scheme.
      break;
    }
  }
}
