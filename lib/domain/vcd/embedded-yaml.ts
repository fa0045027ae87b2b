import { isAlias, isMap, isScalar, isSeq, Lexer, parseAllDocuments } from "yaml";
import type { JsonPath } from "./json-tree.ts";
import { hiddenSecret, hideInText, isHiddenText, isSecretPath, secretKey } from "./secret-values.ts";

/** What clusterctl reads has some tens of lines; the library takes long for as many that say nothing. */
const maxLength = 64 * 1024;
const maxLines = 2_000;
const maxDepth = 32;
const maxFlowCollections = 500;
const maxIndicators = 10_000;

/** What the library's lexer puts between the parts of the text: the first before each scalar. */
const scalarMark = "\u001f";
const lexerMarks: ReadonlySet<string> = new Set(["\u0002", "\u0018", scalarMark]);

const secretInComment = new RegExp(`((?:${secretKey.source})[^\\s:=]*\\s*[:=]\\s*)\\S.*`, "gi");

/** A piece of the text, and what is shown of it. */
interface Piece {
  /** Where it stands, as JSON; null for a comment. */
  readonly place: string | null;
  readonly start: number;
  readonly end: number;
  /** What is written in its place. */
  readonly shown: string;
  readonly value: unknown;
}

/**
 * YAML without its secrets, in which all else stays as it is: what its keys call secret, private keys and accounts in
 * addresses, in comments as well. Of what cannot be read nobody knows what is secret in it: all is hidden.
 */
export function hideInYaml(text: string): string {
  if (text.trim() === "") return text;
  const pieces = readPieces(text);
  return pieces === null
    ? hiddenSecret
    : replacePieces(
        text,
        pieces.map((piece) => ({ piece, by: piece.shown })),
      );
}

/** Puts back what `hideInYaml` has taken away, wherever `holding` has at the same place what would be hidden so. */
export function fillHiddenYaml(text: string, holding: string): string {
  if (hideInYaml(holding) === text) return holding;
  const pieces = readPieces(text);
  const known = readPieces(holding);
  if (pieces === null || known === null) return text;
  const byPlace = Map.groupBy(known, ({ place }) => place);
  const filled = pieces.flatMap((piece) => {
    const [stored, another] = byPlace.get(piece.place) ?? [];
    // Of two at one place nobody knows which it was.
    if (piece.place === null || stored === undefined || another !== undefined) return [];
    if (!isHiddenPiece(piece) || stored.shown !== piece.shown) return [];
    const written = holding.slice(stored.start, stored.end);
    // Lines are indented by where they stand.
    return [{ piece, by: written.includes("\n") ? JSON.stringify(stored.value) : written }];
  });
  return replacePieces(text, filled);
}

/** Whether `***` stands instead of a secret. */
export function hasHiddenYaml(text: string): boolean {
  return text === hiddenSecret || (readPieces(text) ?? []).some(isHiddenPiece);
}

const isHiddenPiece = ({ place, value, shown }: Piece): boolean =>
  place !== null && isHiddenText(value) && shown === JSON.stringify(value);

/** All that may be secret, in the order of the text; null when that cannot be told. */
function readPieces(text: string): Piece[] | null {
  if (isTooComplex(text)) return null;
  const comments = [...listComments(text)];
  if (hideInText(comments.map(({ value }) => value).join("\n")) === hiddenSecret) return null;
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "error", prettyErrors: false });
    const scalars = [...documents].flatMap(({ errors: [error], contents }, index) => {
      if (error) throw error;
      return [...listScalars(text, contents, [index])];
    });
    return [...scalars, ...comments].sort((one, other) => one.start - other.start);
  } catch {
    return null;
  }
}

function isTooComplex(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return (
    text.length > maxLength ||
    count(/\n/g) > maxLines ||
    count(/[[{]/g) > maxFlowCollections ||
    count(/[\]},"'&*!|>]/g) > maxIndicators ||
    // The library is recursive.
    /(?:[-?:][ \t]+){5}/.test(text)
  );
}

/** @throws Error when what is secret stands elsewhere, or too deep */
function* listScalars(text: string, node: unknown, path: JsonPath): Generator<Piece> {
  if (path.length > maxDepth) throw new Error("nested too deeply");
  if (isAlias(node) && isSecretPath(path)) throw new Error("a secret that stands elsewhere");
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* listScalars(text, item, [...path, index]);
  } else if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new Error("a key that is no text");
      yield* listScalars(text, value, [...path, String(key.value)]);
    }
  } else if (isScalar(node) && node.range) {
    const [start, to] = node.range;
    // A block ends with its last line.
    const end = start + text.slice(start, to).trimEnd().length;
    const written = text.slice(start, end);
    const value = node.value as string | number | bigint | boolean | null;
    const isEmpty = value === "" || value === null || typeof value === "boolean";
    const hidden = isEmpty || !isSecretPath(path) ? hideInText(String(value)) : hiddenSecret;
    const isShown = isEmpty || hidden === String(value);
    const isOurs = value === hidden && isHiddenText(value);
    const shown = isShown && !isOurs ? written : JSON.stringify(hidden);
    yield { place: JSON.stringify(path), start, end, shown, value };
  }
}

function* listComments(text: string): Generator<Piece> {
  let start = 0;
  let isInScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isInScalar && lexerMarks.has(lexeme)) {
      isInScalar = lexeme === scalarMark;
      continue;
    }
    const end = start + lexeme.length;
    if (!isInScalar && lexeme.startsWith("#")) {
      const shown = hideInText(lexeme).replace(secretInComment, `$1${hiddenSecret}`);
      yield { place: null, start, end, shown, value: lexeme };
    }
    isInScalar = false;
    start = end;
  }
}

/** @param replaced in the order of the text */
function replacePieces(
  text: string,
  replaced: readonly { readonly piece: Piece; readonly by: string }[],
): string {
  let result = "";
  let at = 0;
  for (const { piece, by } of replaced) {
    result += text.slice(at, piece.start) + by;
    at = piece.end;
  }
  return result + text.slice(at);
}
