import { expect, test } from "vitest";
import { formatFailure, readPlaywrightReport, readVitestReport } from "./test-reports.ts";

test("names what failed of vitest with its cause, and a file that did not even load", () => {
  const passed = { status: "passed", failureMessages: [] };
  const report = {
    numPassedTests: 2,
    numTotalTests: 3,
    testResults: [
      {
        name: `${process.cwd()}/lib/a.test.ts`,
        status: "failed",
        message: "",
        assertionResults: [
          { fullName: "holds", ...passed },
          {
            fullName: "breaks",
            status: "failed",
            failureMessages: [
              "Error: 1 is not 2\n    at lib/a.test.ts:3:4\n    at file:///p/node_modules/@vitest/runner/a.js:3:1",
              "Error: of a hook, later",
            ],
          },
        ],
      },
      {
        name: `${process.cwd()}/lib/b.test.ts`,
        status: "failed",
        message: "Cannot find module './c.ts'",
        assertionResults: [],
      },
      {
        name: `${process.cwd()}/lib/c.test.ts`,
        status: "passed",
        message: "",
        assertionResults: [{ fullName: "holds", ...passed }],
      },
    ],
  };
  expect(readVitestReport(JSON.stringify(report))).toEqual({
    passed: 2,
    failed: 1,
    failures: [
      { name: "lib/a.test.ts: breaks", cause: ["Error: 1 is not 2", "at lib/a.test.ts:3:4"] },
      { name: "lib/b.test.ts", cause: ["Cannot find module './c.ts'"] },
    ],
  });
});

test("counts journeys that were left out as failed, and names those that failed, however deep they stand", () => {
  const spec = (title: string, ok: boolean, ...messages: string[]) => ({
    title,
    ok,
    tests: [{ results: [{ errors: messages.map((message) => ({ message })) }] }],
  });
  const report = {
    stats: { expected: 1, unexpected: 1, flaky: 0, skipped: 2 },
    errors: [{ message: "the stack did not stop" }],
    suites: [
      {
        file: "bundles.spec.ts",
        specs: [spec("arrives", true)],
        suites: [
          { file: "bundles.spec.ts", specs: [spec("leaves", false, "\u001b[31mTimeout\u001b[39m", "later")] },
        ],
      },
    ],
  };
  expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 3,
    failures: [
      { name: "e2e", cause: ["the stack did not stop"] },
      { name: "e2e/bundles.spec.ts: leaves", cause: ["Timeout"] },
    ],
  });
});

test("says of an error no more than fits the end of a run, whatever it holds", () => {
  const log = Array.from({ length: 1_000 }, (_, line) => `line ${line} ${"x".repeat(10_000)}`);
  const report = {
    numPassedTests: 0,
    numTotalTests: 1,
    testResults: [
      {
        name: `${process.cwd()}/lib/a.test.ts`,
        status: "failed",
        message: "",
        assertionResults: [{ fullName: "breaks", status: "failed", failureMessages: [log.join("\n\n")] }],
      },
    ],
  };
  const lines = readVitestReport(JSON.stringify(report)).failures.flatMap(formatFailure);
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe("  lib/a.test.ts: breaks");
  expect(lines[6]).toMatch(/^ {6}line 5 x{100,300}$/);
});
