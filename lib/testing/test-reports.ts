import { relative } from "node:path";
import { z } from "zod";

// What the test runners leave behind as JSON, as far as the last lines of a run tell of it.

export interface Outcome {
  passed: number;
  failed: number;
  /** What has failed, by name, with its file. */
  failures: string[];
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

export function readVitestReport(text: string): Outcome {
  const report = vitestReport.parse(JSON.parse(text));
  return {
    passed: report.numPassedTests,
    failed: report.numTotalTests - report.numPassedTests,
    failures: report.testResults.flatMap(({ name, status, assertionResults }) => {
      const file = relative("", name);
      const failed = assertionResults.filter((one) => one.status === "failed");
      if (failed.length > 0) return failed.map(({ fullName }) => `${file}: ${fullName}`);
      // A file can fail without a test of its own: when it does not load, or in its hooks.
      return status === "failed" ? [file] : [];
    }),
  };
}

interface Suite {
  file: string;
  specs: { title: string; ok: boolean }[];
  suites?: Suite[] | undefined;
}

const suite: z.ZodType<Suite> = z.object({
  file: z.string(),
  specs: z.array(z.object({ title: z.string(), ok: z.boolean() })),
  get suites() {
    return z.array(suite).optional();
  },
});

const playwrightReport = z.object({
  suites: z.array(suite),
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

export function readPlaywrightReport(text: string): Outcome {
  const { suites, stats } = playwrightReport.parse(JSON.parse(text));
  // A journey that was left out, because what it builds on failed, has not passed.
  const failed = stats.unexpected + stats.flaky + stats.skipped;
  return { passed: stats.expected, failed, failures: suites.flatMap(listFailures) };
}

function listFailures({ file, specs, suites = [] }: Suite): string[] {
  const failed = specs.filter(({ ok }) => !ok).map(({ title }) => `e2e/${file}: ${title}`);
  return [...failed, ...suites.flatMap(listFailures)];
}
