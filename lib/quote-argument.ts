const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One argument as a shell of POSIX reads it back, whatever is in it. */
export function quoteArgument(text: string): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of these arguments. */
export const formatCommand = (...words: readonly string[]): string => words.map(quoteArgument).join(" ");
