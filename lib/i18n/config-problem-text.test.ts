import { createTranslator } from "use-intl/core";
import { expect, it } from "vitest";
import { createConfigProblemText } from "./config-problem-text.ts";
import { loadMessages } from "./messages.ts";

const textIn = async (locale: "en" | "ko" | "ja") =>
  createConfigProblemText(
    createTranslator({ locale, messages: await loadMessages(locale), namespace: "configProblems" }),
  );

it("says what is wrong where, and leaves out what is not known", async () => {
  const text = await textIn("en");
  expect(text({ code: "duplicate", index: 2, other: 0 })).toBe("Entry 3: It is the same as entry 1.");
  expect(text({ code: "duplicate", index: 2, other: 0, value: ".svc" })).toBe(
    "“.svc” stands in the list twice.",
  );
  expect(text({ code: "too-long", maximum: 4096 })).toBe("This is too long: at most 4,096 characters.");
  expect(text({ code: "too-long" })).toBe("This is too long.");
  expect(text({ code: "host-format", value: "a_b" })).toBe("“a_b” is no host name or address.");
  expect(text({ code: "host-format" })).toBe("This is no host name or address.");
  expect(text({ code: "wrong-type", expected: "boolean" })).toBe(
    "A value of another type belongs here: true or false.",
  );
});

it("speaks the reader's language", async () => {
  const out = { code: "out-of-range", minimum: 1, maximum: 1440 };
  expect((await textIn("ko"))(out)).toBe("1에서 1,440 사이의 숫자를 입력하십시오.");
  expect((await textIn("ja"))(out)).toBe("1 から 1,440 までの数を入力してください。");
});
