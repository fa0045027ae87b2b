import { expect, test } from "vitest";
import { readPlaywrightReport, readVitestReport } from "./test-reports.ts";

test("names what failed of vitest, and a file that did not even load", () => {
  const report = {
    numPassedTests: 2,
    numTotalTests: 3,
    testResults: [
      {
        name: `${process.cwd()}/lib/a.test.ts`,
        status: "failed",
        assertionResults: [
          { fullName: "holds", status: "passed" },
          { fullName: "breaks", status: "failed" },
        ],
      },
      { name: `${process.cwd()}/lib/b.test.ts`, status: "failed", assertionResults: [] },
      {
        name: `${process.cwd()}/lib/c.test.ts`,
        status: "passed",
        assertionResults: [{ fullName: "holds", status: "passed" }],
      },
    ],
  };
  expect(readVitestReport(JSON.stringify(report))).toEqual({
    passed: 2,
    failed: 1,
    failures: ["lib/a.test.ts: breaks", "lib/b.test.ts"],
  });
});

test("counts journeys that were left out as failed, and names those that failed, however deep they stand", () => {
  const spec = (title: string, ok: boolean) => ({ title, ok });
  const report = {
    stats: { expected: 1, unexpected: 1, flaky: 0, skipped: 2 },
    suites: [
      {
        file: "bundles.spec.ts",
        specs: [spec("arrives", true)],
        suites: [{ file: "bundles.spec.ts", specs: [spec("leaves", false)] }],
      },
    ],
  };
  expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 3,
    failures: ["e2e/bundles.spec.ts: leaves"],
  });
});
