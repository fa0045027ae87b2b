import { parse, type TomlTable } from "smol-toml";

/** Why no program takes a text as TOML, or not with the values that it wants. */
type TomlProblem =
  /** Larger than is read here. */
  | "too-large"
  /** The parser's words in `detail`. */
  | "not-toml"
  /** The key in `detail`. */
  | "wrong-type";

/** What a reading answers where it refuses the text. */
export interface TomlRefusal<Problem extends string> {
  readonly ok: false;
  readonly problem: Problem | TomlProblem;
  readonly detail: string;
}

const maxDetailLength = 200;

/** Ends the reading of a file that the program it is for does not take. */
export class Refused<Problem extends string = TomlProblem> extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

/**
 * Reads TOML of unknown making within a bound.
 *
 * @param maxCharacters of the text
 * @param read what to make of it; what it refuses by `Refused<Problem>` is answered
 */
export function readToml<Problem extends string, Value>(
  text: string,
  maxCharacters: number,
  read: (file: TomlTable) => Value,
): Value | TomlRefusal<Problem> {
  try {
    if (text.length > maxCharacters) throw new Refused("too-large", "");
    return read(parseToml(text));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const problem = error.problem as Problem | TomlProblem;
    return { ok: false, problem, detail: error.message.slice(0, maxDetailLength) };
  }
}

function parseToml(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    // Its first line says what is wrong; the rest shows where, and may show a header.
    throw new Refused("not-toml", error instanceof Error ? (error.message.split("\n")[0] ?? "") : "");
  }
}

export const isTable = (value: unknown): value is TomlTable =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
export const isTableList = (value: unknown): value is TomlTable[] =>
  Array.isArray(value) && value.every(isTable);
export const isText = (value: unknown): value is string => typeof value === "string";
export const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
export const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

/** The value of a key, undefined where there is none; refuses one of another type. */
export function readKey<Value>(
  table: TomlTable,
  key: string,
  isRight: (value: unknown) => value is Value,
): Value | undefined {
  const value: unknown = table[key];
  if (value === undefined) return undefined;
  if (!isRight(value)) throw new Refused("wrong-type", key);
  return value;
}
