/** One `BEGIN` to its `END` (RFC 7468 section 2), with the line of each, counted from 1. */
export interface PemBlock {
  readonly label: string;
  readonly line: number;
  readonly body: PemBody;
}

/** Decoded, or as it stands with the line where it stops being base64. */
type PemBody =
  | { readonly bytes: Uint8Array; readonly damagedLine: null }
  | { readonly text: string; readonly damagedLine: number };

/** A piece of text that is not in a block and not blank. */
export interface StrayText {
  readonly text: string;
  readonly line: number;
  readonly lastLine: number;
}

export type PemPiece =
  | ({ readonly kind: "block" } & PemBlock)
  | ({ readonly kind: "stray" } & StrayText)
  /** A `BEGIN` that the next one, or the end of the text, cuts off. */
  | { readonly kind: "unfinished"; readonly label: string; readonly line: number; readonly text: string }
  | { readonly kind: "end-only"; readonly label: string; readonly line: number }
  | {
      readonly kind: "labels-differ";
      readonly labels: readonly [string, string];
      readonly line: number;
      readonly endLine: number;
      readonly text: string;
    };

const marker = /-----(BEGIN|END) ([^\r\n-]{1,80})-----/g;
const lineBreak = /\r\n|\n|\r/g;
/** White space as browsers and word processors leave it. */
const blanks = /[\s\u200b\u2060\ufeff]/g;
const notBlank = /[^\s\u200b\u2060\ufeff]/;

/**
 * Cuts a text into PEM blocks and what stands between them, in their order. Line ends may be LF, CRLF or CR; blocks may
 * be indented, or be on one line, and line ends may be written as `\n`, as in JSON.
 */
export function* listPemPieces(text: string): Generator<PemPiece, void, undefined> {
  const lineAt = createLineCounter(text);
  let open: { label: string; at: number; bodyStart: number } | null = null;
  let strayStart = 0;
  const cutOff = ({ label, at, bodyStart }: NonNullable<typeof open>, end: number): PemPiece => ({
    kind: "unfinished",
    label,
    line: lineAt(at),
    text: text.slice(bodyStart, end),
  });
  for (const match of text.matchAll(marker)) {
    const [whole, word, label = ""] = match;
    const after = match.index + whole.length;
    if (open === null) {
      const stray = findStray(text, strayStart, match.index, lineAt);
      if (stray !== null) yield { kind: "stray", ...stray };
    }
    if (word === "BEGIN") {
      if (open !== null) yield cutOff(open, match.index);
      open = { label, at: match.index, bodyStart: after };
      continue;
    }
    strayStart = after;
    if (open === null) {
      yield { kind: "end-only", label, line: lineAt(match.index) };
      continue;
    }
    const body = text.slice(open.bodyStart, match.index);
    const line = lineAt(open.at);
    if (open.label === label) {
      yield { kind: "block", label, line, body: decodeBody(body, () => lineAt(open?.bodyStart ?? 0)) };
    } else {
      yield {
        kind: "labels-differ",
        labels: [open.label, label],
        line,
        endLine: lineAt(match.index),
        text: body,
      };
    }
    open = null;
  }
  if (open !== null) yield cutOff(open, text.length);
  else {
    const stray = findStray(text, strayStart, text.length, lineAt);
    if (stray !== null) yield { kind: "stray", ...stray };
  }
}

/** Base64 (RFC 4648 section 4) with any white space in it, or null. */
export function decodeBase64(text: string): Uint8Array | null {
  const compact = text.replace(blanks, "");
  const whole = compact.length > 0 && compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
  return whole ? Buffer.from(compact, "base64") : null;
}

function decodeBody(body: string, getLine: () => number): PemBody {
  const plain = body.includes("\\") ? body.replaceAll("\\/", "/").replace(/\\[nr]/g, " ") : body;
  const bytes = decodeBase64(plain);
  if (bytes !== null) return { bytes, damagedLine: null };
  const lines = plain.split(lineBreak);
  const foreign = lines.findIndex((line) => /[^A-Za-z0-9+/=]/.test(line.replace(blanks, "")));
  const last = lines.findLastIndex((line) => line.replace(blanks, "") !== "");
  return { text: plain, damagedLine: getLine() + Math.max(foreign === -1 ? last : foreign, 0) };
}

function findStray(
  text: string,
  start: number,
  end: number,
  lineAt: (offset: number) => number,
): StrayText | null {
  const piece = text.slice(start, end);
  // Between blocks in JSON.
  if (piece.replace(blanks, "").replace(/\\[nr]|["',[\]]/g, "") === "") return null;
  const [first, last] = [piece.search(notBlank), findLastNotBlank(piece)];
  return {
    text: piece.slice(first, last + 1),
    line: lineAt(start + first),
    lastLine: lineAt(start + last),
  };
}

/** By hand: an expression that is tied to the end tries each blank before it anew. */
function findLastNotBlank(text: string): number {
  let last = text.length - 1;
  while (last > 0 && !notBlank.test(text.charAt(last))) last--;
  return last;
}

/** For offsets that only grow, or nearly so. */
function createLineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (const match of text.matchAll(lineBreak)) starts.push(match.index + match[0].length);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
