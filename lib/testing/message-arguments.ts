import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";

/** The names of the arguments that an ICU message takes, and of its tags: `host`, `<link>`. */
export const listMessageArguments = (message: string): string[] => [...new Set(namesIn(parse(message)))];

function namesIn(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return [];
      case TYPE.select:
      case TYPE.plural:
        return [element.value, ...Object.values(element.options).flatMap(({ value }) => namesIn(value))];
      case TYPE.tag:
        return [`<${element.value}>`, ...namesIn(element.children)];
      default:
        return [element.value];
    }
  });
}
