import { type Document, parseAllDocuments } from "yaml";

/** Why a text is not even tried. */
export type YamlExcess = "too-large" | "too-complex";

/** A hundred certificates, twice in base64, take half of it. */
const maxCharacters = 512 * 1024;
const maxLines = 20_000;
const maxDocuments = 500;
const maxFlowCollections = 2_000;
/** Characters that mean something to YAML wherever they stand; a file of nothing else keeps the library busy. */
const maxIndicators = 40_000;

/**
 * Parses the documents of a YAML text of unknown making (YAML 1.2 section 9.2), JSON included, within bounds of time and
 * memory; a key that stands twice is no error of a document. Never throws.
 */
export function parseYaml(text: string): readonly Document.Parsed[] | YamlExcess {
  if (text.length > maxCharacters) return "too-large";
  if (isComplex(text)) return "too-complex";
  try {
    const documents = parseAllDocuments(text, {
      // The library compares each key with all others.
      uniqueKeys: false,
      logLevel: "error",
      prettyErrors: false,
    });
    return documents.length > maxDocuments ? "too-complex" : documents;
  } catch (error) {
    // The library is recursive, and says so of what nests deeper than it can go.
    if (error instanceof RangeError) return "too-complex";
    throw error;
  }
}

function isComplex(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return (
    count(/\n/g) > maxLines ||
    count(/[[{]/g) > maxFlowCollections ||
    count(/[\]},"'&*!|>]/g) > maxIndicators ||
    /(?:[-?:][ \t]+){5}/.test(text)
  );
}
