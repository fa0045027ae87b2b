/** What would move the cursor, colour the terminal or turn the direction of text. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text for a terminal, with lines and tabs; names in a bundle are whatever its maker wrote. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === "\n" || character === "\t" ? character : "\ufffd",
  );
}
