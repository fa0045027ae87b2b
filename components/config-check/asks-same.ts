import type { ConfigCheckInput } from "#lib/schemas/config-check.ts";

/** Whether two questions are the same. Their texts may be long, and most are the very same: they are not written out. */
export function asksSame(
  { texts, ...question }: ConfigCheckInput,
  { texts: otherTexts, ...other }: ConfigCheckInput,
): boolean {
  const names = Object.keys(question) as (keyof typeof question)[];
  return (
    texts.length === otherTexts.length &&
    names.every((name) => question[name] === other[name]) &&
    texts.every(({ path, text }, index) => {
      const another = otherTexts[index];
      return path === another?.path && text === another.text;
    })
  );
}
