import { defaultContainerRegistryUrl } from "../vcd/container-registry-url.ts";
import type { KnownMessage, MessageCause } from "./known-message.ts";
import { readMessageFacts } from "./known-message-facts.ts";
import { type MessageRule, messageRules } from "./known-message-rules.ts";

/** What is longer is not looked into beyond. */
const maxTextLength = 8_388_608;
/** Of one text of one rule: a log says the same again and again. */
const maxHits = 400;
/** Of those that are looked at for it: most of a short text may stand in lines of other kinds. */
const maxLooked = 4_000;
/** Of a line, before and behind what was recognized. */
const reach = 1_500;
/** Of all lines in which something was recognized. */
const maxLines = 2_000;
const maxFound = 40;
const maxExcerptLength = 500;

/** What was recognized in a text. */
export interface Explanation {
  /** Each cause once for each place that it names, in the order of the text. */
  readonly messages: readonly KnownMessage[];
  /** Whether the text was longer than what is looked into. */
  readonly truncated: boolean;
}

interface Line {
  readonly start: number;
  readonly text: string;
  readonly rules: Set<MessageRule>;
}

/**
 * Recognizes messages of nodes and tools in whatever a person pastes: one line, the output of `kubectl describe pod`, a log
 * of megabytes. Texts are searched, and patterns see single lines that are cut, so that it takes time in proportion to
 * the length. Nothing is kept.
 */
export function explainMessages(pasted: string): Explanation {
  const text = pasted.slice(0, maxTextLength);
  const lines = findLines(text);
  const numbered = numberLines(text, lines);
  const found = new Map<string, KnownMessage>();
  for (const { line, number } of numbered) {
    const facts = readMessageFacts(line.text);
    for (const cause of pickCauses(line)) {
      const key = [cause, facts.host ?? "", facts.repository ?? ""].join(" ");
      const before = found.get(key);
      const first = before ?? { cause, facts, line: number, count: 0, excerpt: cut(line.text) };
      found.set(key, { ...first, count: first.count + 1 });
    }
  }
  return { messages: settle([...found.values()]), truncated: pasted.length > maxTextLength };
}

/** Lines in which something is recognized, in their order. */
function findLines(text: string): Line[] {
  const lines = new Map<number, Line>();
  for (const rule of messageRules) {
    for (const known of rule.texts) {
      let at = text.indexOf(known);
      for (let [hits, looked] = [0, 0]; at !== -1 && hits < maxHits && looked < maxLooked; looked++) {
        const line = lineAt(text, at);
        if (rule.pattern?.test(line.text) ?? true) {
          hits++;
          const kept = lines.get(line.start) ?? { ...line, rules: new Set() };
          kept.rules.add(rule);
          lines.set(line.start, kept);
        }
        at = text.indexOf(known, at + known.length);
      }
    }
  }
  return [...lines.values()].sort((one, other) => one.start - other.start).slice(0, maxLines);
}

function lineAt(text: string, at: number): Pick<Line, "start" | "text"> {
  const before = text.slice(Math.max(0, at - reach), at);
  const start = at - before.length + before.lastIndexOf("\n") + 1;
  const [line = ""] = text.slice(start, at + reach).split("\n", 1);
  return { start, text: line };
}

/** What says more of a line silences what says less. */
function pickCauses({ rules }: Line): MessageCause[] {
  const silenced = new Set([...rules].flatMap(({ overrides = [] }) => overrides));
  const causes = new Set([...rules].map(({ cause }) => cause));
  // Two that silence each other both stay: neither says less.
  const left = [...causes].filter((cause) => !silenced.has(cause));
  return left.length > 0 ? left : [...causes];
}

function numberLines(text: string, lines: readonly Line[]): { line: Line; number: number }[] {
  let [at, number] = [0, 1];
  return lines.map((line) => {
    for (let next = text.indexOf("\n", at); next !== -1 && next < line.start; next = text.indexOf("\n", at)) {
      at = next + 1;
      number += 1;
    }
    return { line, number };
  });
}

/** That a pull has failed is the cause of nothing; and a registry that answers no more explains whatever it does. */
function settle(messages: readonly KnownMessage[]): KnownMessage[] {
  const retired = messages.find(({ facts }) => facts.host === defaultContainerRegistryUrl);
  const causes = messages.filter(({ cause }) => cause !== "pull-failed");
  const told = causes.length > 0 ? causes : messages;
  return [
    ...(retired ? [{ ...retired, cause: "retired-registry" as const }] : []),
    ...withPlaces(told),
  ].slice(0, maxFound);
}

/** A cause that was said of a place needs not be said of none. */
function withPlaces(messages: readonly KnownMessage[]): KnownMessage[] {
  const placed = new Set(messages.filter(({ facts }) => facts.host !== undefined).map(({ cause }) => cause));
  return messages.filter(({ cause, facts }) => facts.host !== undefined || !placed.has(cause));
}

function cut(line: string): string {
  const text = line.trim();
  return text.length > maxExcerptLength ? `${text.slice(0, maxExcerptLength)}…` : text;
}
