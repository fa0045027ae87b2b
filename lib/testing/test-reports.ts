import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

// What the test runners leave behind as JSON, as far as the last lines of a run tell of it.

export interface Outcome {
  passed: number;
  failed: number;
  failures: Failure[];
}

export interface Failure {
  /** Of the test, with its file. */
  name: string;
  /** The first lines of its first error, where the runner knows one. */
  cause: string[];
}

// Logs of workers can be part of an error.
const causeLines = 6;
const causeColumns = 300;
/** Steps of a stack that lie in the runner. */
const foreignStep = /^at .*(\/node_modules\/|node:|<anonymous>)/;

/** The lines that the end of a run says of a failure. */
export function formatFailure({ name, cause }: Failure): string[] {
  return [`  ${name}`, ...cause.map((line) => `      ${line}`)];
}

function shortenCause(error: string | undefined): string[] {
  const lines = stripVTControlCharacters(error ?? "").split("\n");
  return lines
    .map((line) => line.trim().slice(0, causeColumns))
    .filter((line) => line !== "" && !foreignStep.test(line))
    .slice(0, causeLines);
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

export function readVitestReport(text: string): Outcome {
  const report = vitestReport.parse(JSON.parse(text));
  return {
    passed: report.numPassedTests,
    failed: report.numTotalTests - report.numPassedTests,
    failures: report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = relative("", name);
      const failed = assertionResults.filter((one) => one.status === "failed");
      if (failed.length > 0) {
        return failed.map(({ fullName, failureMessages }) => ({
          name: `${file}: ${fullName}`,
          cause: shortenCause(failureMessages[0]),
        }));
      }
      // A file can fail without a test of its own: when it does not load, or in its hooks.
      return status === "failed" ? [{ name: file, cause: shortenCause(message) }] : [];
    }),
  };
}

const playwrightError = z.object({ message: z.string().optional() });

const spec = z.object({
  title: z.string(),
  ok: z.boolean(),
  tests: z.array(
    z.object({
      results: z.array(z.object({ errors: z.array(playwrightError) })),
    }),
  ),
});

interface Suite {
  file: string;
  specs: z.infer<typeof spec>[];
  suites?: Suite[] | undefined;
}

const suite: z.ZodType<Suite> = z.object({
  file: z.string(),
  specs: z.array(spec),
  get suites() {
    return z.array(suite).optional();
  },
});

const playwrightReport = z.object({
  suites: z.array(suite),
  errors: z.array(playwrightError),
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

export function readPlaywrightReport(text: string): Outcome {
  const { suites, errors, stats } = playwrightReport.parse(JSON.parse(text));
  // A journey that was left out, because what it builds on failed, has not passed.
  const failed = stats.unexpected + stats.flaky + stats.skipped;
  // Of no test: when the stack that the journeys need does not start.
  const ofAll = errors.map(({ message }) => ({ name: "e2e", cause: shortenCause(message) }));
  return { passed: stats.expected, failed, failures: [...ofAll, ...suites.flatMap(listFailures)] };
}

function listFailures({ file, specs, suites = [] }: Suite): Failure[] {
  const failed = specs
    .filter(({ ok }) => !ok)
    .map(({ title, tests }) => {
      const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors));
      return { name: `e2e/${file}: ${title}`, cause: shortenCause(errors[0]?.message) };
    });
  return [...failed, ...suites.flatMap(listFailures)];
}
