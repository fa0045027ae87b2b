import { readdirSync } from "node:fs";
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { rewriteProblemCodes } from "#lib/domain/catalog/source-rewrites-problems.ts";
import { mappingProblemCodes } from "#lib/domain/catalog/target-mapping-problems.ts";
import { documentErrorCodes } from "#lib/domain/vcd/config-document.ts";
import { urlProblemCodes } from "#lib/domain/vcd/container-registry-url.ts";
import { configProblemCodes } from "#lib/domain/vcd/field-problem.ts";
import { engineErrorCodes, referenceProblems, tarProblems } from "#lib/engine/oci/errors.ts";
import { appErrorCodes, inputErrorCodes, unreachable } from "#lib/errors.ts";
import { locales } from "./locales.ts";
import { loadMessages } from "./messages.ts";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : flatten(value, `${prefix}${key}.`),
  );
}

/** Names with their kinds and, for a choice by value, its options; plurals differ between languages by nature. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return [];
      case TYPE.tag:
        return [`<${element.value}>`, ...argumentsOf(element.children)];
      case TYPE.select: {
        const options = Object.entries(element.options);
        const names = options.map(([name]) => name).sort();
        return [
          `${element.value}: ${names.join("|")}`,
          ...options.flatMap(([, option]) => argumentsOf(option.value)),
        ];
      }
      case TYPE.plural:
        return [
          element.value,
          ...Object.values(element.options).flatMap((option) => argumentsOf(option.value)),
        ];
      default:
        return [element.value];
    }
  });
}

const namesIn = (message: string): string[] => [...new Set(argumentsOf(parse(message)))].sort();

const messages = await Promise.all(
  locales.map(async (locale) => ({ locale, all: new Map(flatten(await loadMessages(locale))) })),
);
const english = new Map(flatten(await loadMessages("en")));

describe.each(messages)("messages in $locale", ({ locale, all }) => {
  it("has every key of English and no other", () => {
    expect([...all.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leaves nothing empty", () => {
    expect([...all].filter(([, message]) => message.trim() === "").map(([key]) => key)).toEqual([]);
  });

  it("takes the same arguments as English", () => {
    const different = [...all].filter(
      ([key, message]) => namesIn(message).join() !== namesIn(english.get(key) ?? "").join(),
    );
    expect(different.map(([key, message]) => `${key}: ${message}`)).toEqual([]);
  });

  it("has no straight apostrophe that ICU would take for an escape", () => {
    expect([...all].filter(([, message]) => /'[{}<>#|]/.test(message)).map(([key]) => key)).toEqual([]);
  });

  it("says of every error what happened and what to do", () => {
    const wanted = [
      ...[...appErrorCodes, ...engineErrorCodes, unreachable.code].flatMap((code) => [
        `errors.${code}.title`,
        `errors.${code}.hint`,
      ]),
      ...inputErrorCodes.map((code) => `errors.input.${code}`),
      ...referenceProblems.map((problem) => `errorFacts.problems.${problem}`),
      ...tarProblems.map((problem) => `errorFacts.tarProblems.${problem}`),
      ...documentErrorCodes.map((code) => `errorFacts.documentErrors.${code}`),
      ...[...configProblemCodes, ...urlProblemCodes].map((code) => `configProblems.problems.${code}`),
      ...[...rewriteProblemCodes, ...mappingProblemCodes].map((code) => `paths.problems.${code}`),
    ];
    expect(wanted.filter((key) => !all.has(key))).toEqual([]);
  });

  it("puts every file of its folder into the whole", async () => {
    const files = readdirSync(new URL(`messages/${locale}/`, import.meta.url));
    const namespaces = Object.keys(await loadMessages(locale));
    const named = files.map((file) =>
      file.replace(/\.json$/, "").replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase()),
    );
    expect(named.sort()).toEqual(namespaces.sort());
  });
});
