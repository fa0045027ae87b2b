import type { ConfigCheckInput } from "#lib/schemas/config-check.ts";

/** How many bytes of a request a text takes, as JSON writes it: a line break takes two. */
export const measureText = (text: string): number =>
  new TextEncoder().encode(JSON.stringify(text)).byteLength;

const nothingBytes = measureText("");

/** How many bytes a question takes. @param textBytes of its texts, each measured once, as they may be long */
export function measureQuestion(question: ConfigCheckInput, textBytes: readonly number[]): number {
  const texts = question.texts.map(({ path }) => ({ path, text: "" }));
  const around = new TextEncoder().encode(JSON.stringify({ ...question, texts })).byteLength;
  return textBytes.reduce((sum, bytes) => sum + bytes - nothingBytes, around);
}
