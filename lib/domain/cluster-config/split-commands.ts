/** A command of a shell script: its words without their quotes, and the line that it begins in, from 1. */
export interface ShellCommand {
  readonly words: readonly string[];
  readonly line: number;
}

/** A script of variables has some tens. */
const maxCommands = 20_000;

const piece =
  /(?<blank>[ \t\r]+)|(?<end>[\n;]+)|(?<continued>\\\n)|\\(?<escaped>[^])|'(?<single>[^']*)(?:'|$)|"(?<double>[^"\\]*(?:\\[^][^"\\]*)*)(?:"|$)|(?<comment>#)|(?<plain>[^\s;'"\\#]+)|(?<other>[^])/y;

/**
 * Cuts a script into commands as a shell of POSIX does (Shell Command Language section 2.2), as far as quotes, comments
 * and ends of lines go; nothing is expanded. A quote that is not closed goes to the end.
 */
export function splitCommands(text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let [words, word, line, begun]: [string[], string | null, number, number] = [[], null, 1, 1];
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ words, line: begun });
    words = [];
  };
  piece.lastIndex = 0;
  while (piece.lastIndex < text.length && commands.length < maxCommands) {
    const match = piece.exec(text);
    if (match === null) break;
    const groups = match.groups ?? {};
    if (words.length === 0 && word === null) begun = line;
    if (groups.blank !== undefined) endWord();
    else if (groups.end !== undefined) endCommand();
    else if (groups.comment !== undefined && word === null) {
      const end = text.indexOf("\n", piece.lastIndex);
      piece.lastIndex = end === -1 ? text.length : end;
      continue;
    } else if (groups.continued === undefined) word = `${word ?? ""}${contentOf(groups)}`;
    line += match[0].split("\n").length - 1;
  }
  endCommand();
  return commands;
}

function contentOf(groups: Readonly<Record<string, string | undefined>>): string {
  const { escaped, single, double, comment, plain, other } = groups;
  if (double !== undefined) return double.replace(/\\(?:\n|([$`"\\]))/g, "$1");
  return escaped ?? single ?? comment ?? plain ?? other ?? "";
}
