import type { DynamicTranslator } from "./error-text.ts";

/** What a check of the clusters' own formats has found, in a reader's language. */
export interface ConfigRuleText {
  /** What is wrong. */
  title: string;
  /** Why it matters and what to do; null where nothing can be said. */
  hint: string | null;
  /** Both as one text. */
  message: string;
}

type Facts = Readonly<Record<string, string | number>>;

/** Facts that are texts: names, paths, addresses, and codes that messages choose by. */
const texts = [
  "account",
  "allowed",
  "apiVersion",
  "asked",
  "blockedBy",
  "by",
  "detail",
  "directory",
  "expected",
  "field",
  "found",
  "header",
  "hiddenBy",
  "host",
  "image",
  "issuer",
  "key",
  "kind",
  "location",
  "mirror",
  "mirrors",
  "missing",
  "mode",
  "name",
  "namespace",
  "other",
  "path",
  "policy",
  "prefix",
  "registries",
  "secret",
  "server",
  "source",
  "sources",
  "stands",
  "subject",
  "system",
  "table",
  "type",
  "value",
  "variable",
  "written",
] as const;

/** Numbers; what `found` and `missing` are depends on the rule. */
const figures = ["allow", "days", "limit", "line", "never", "wanted"] as const;

/** Facts that may be empty, or 0 for none, where a sentence leaves them out. */
const optional = [
  "apiVersion",
  "detail",
  "expected",
  "field",
  "host",
  "kind",
  "line",
  "name",
  "namespace",
  "path",
  "type",
  "value",
] as const;

/**
 * Makes sentences of what the checks of cluster configuration find: trust, mirror sets, `hosts.toml`, registries.conf,
 * VCDKEConfig. Every argument that a
 * message may name is always given, so that no fact that is missing breaks a sentence.
 *
 * @param translate of the namespace `configRules`
 */
export function createConfigRuleText(
  translate: DynamicTranslator,
): (finding: { rule: string; facts: Facts }) => ConfigRuleText {
  const t = (key: string, values: Facts = {}): string => translate(key as never, values as never);
  const has = (key: string): boolean => translate.has(key as never);
  const word = (key: string, code: string | number | undefined, other: string, values?: Facts): string =>
    code !== undefined && code !== "" && has(`${key}.${code}`) ? t(`${key}.${code}`, values) : other;

  const join = (title: string, hint: string | null): ConfigRuleText => ({
    ...{ title, hint },
    message: hint === null ? title : t("message", { title, hint }),
  });

  return ({ rule, facts }) => {
    const key = `rules.${rule}`;
    if (!has(`${key}.title`)) return join(t("unknown", { rule }), null);
    const given = {
      ...Object.fromEntries(texts.map((name) => [name, ""])),
      ...Object.fromEntries(figures.map((name) => [name, 0])),
      ...facts,
      subject: nameOf(facts),
      notAfter: dayOf(facts.notAfter),
      notBefore: dayOf(facts.notBefore),
    } as Facts;
    const plain = {
      ...given,
      ...Object.fromEntries(optional.map((name) => [`has${capitalize(name)}`, given[name] ? "yes" : "no"])),
    };
    const values = {
      ...plain,
      finding: word("refusals", facts.finding, String(facts.finding ?? "")),
      form: word("keyForms", facts.form, String(facts.form ?? "")),
      problem: word(`problems.${rule}`, facts.problem, t("problems.other"), plain),
    };
    return join(t(`${key}.title`, values), has(`${key}.hint`) ? t(`${key}.hint`, values) : null);
  };
}

/** A certificate without a subject is told by its fingerprint. */
const nameOf = ({ subject = "", fingerprint = "" }: Facts): string | number =>
  subject === "" ? fingerprint : subject;

/** A day is enough of a time, and is written so in every language. */
const dayOf = (time: string | number | undefined): string => String(time ?? "").slice(0, 10);

const capitalize = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
