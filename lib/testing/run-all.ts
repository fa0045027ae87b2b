import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";

// `npm test` runs everything, `npm run check` what needs no running parts. The last line counts: each check is one test.
interface Step {
  name: string;
  command: string[];
  /** Where the runner counts its tests; without it the step itself is the test. */
  report?: { file: string; read: (text: string) => Counts };
}

interface Counts {
  passed: number;
  failed: number;
}

const reports = ".cache/reports";
// Written by playwright.config.ts.
const journeysReport = ".cache/e2e/report.json";

// Each list runs beside the other, for two cores; types of routes come before what reads them.
const checks: Step[][] = [
  [
    { name: "route types", command: ["next", "typegen"] },
    { name: "types", command: ["tsc", "--noEmit"] },
    { name: "dead code", command: ["knip", "--treat-config-hints-as-errors"] },
  ],
  [
    { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
    { name: "lint", command: ["eslint", "--max-warnings", "0", "."] },
  ],
];

const tests: Step[] = [
  vitestStep("unit"),
  vitestStep("integration"),
  {
    name: "e2e",
    command: ["playwright", "test"],
    report: { file: journeysReport, read: readPlaywrightReport },
  },
];

function vitestStep(project: string): Step {
  const file = `${reports}/${project}.json`;
  return {
    name: project,
    command: [
      ...["vitest", "run", "--project", project],
      ...["--reporter", "default", "--reporter", "json", `--outputFile.json=${file}`],
    ],
    report: { file, read: readVitestReport },
  };
}

const vitestReport = z.object({ numPassedTests: z.number(), numTotalTests: z.number() });

function readVitestReport(text: string): Counts {
  const { numPassedTests: passed, numTotalTests: total } = vitestReport.parse(JSON.parse(text));
  return { passed, failed: total - passed };
}

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

function readPlaywrightReport(text: string): Counts {
  const { expected, unexpected, flaky, skipped } = playwrightReport.parse(JSON.parse(text)).stats;
  // A journey that was left out, because what it builds on failed, has not passed.
  return { passed: expected, failed: unexpected + flaky + skipped };
}

async function runStep({ name, command, report }: Step): Promise<Counts> {
  console.log(`\n── ${name}`);
  if (report) rmSync(report.file, { force: true });
  const startedAt = Date.now();
  const exitCode = await run(command);
  console.log(`── ${name}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
  const counts = report ? readReport(report) : { passed: 1, failed: 0 };
  if (exitCode === 0) return counts;
  // A runner can fail without a failed test, when a server it needs does not start.
  return report ? { ...counts, failed: Math.max(counts.failed, 1) } : { passed: 0, failed: 1 };
}

function readReport({ file, read }: NonNullable<Step["report"]>): Counts {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`${file} could not be read:`, error);
    return { passed: 0, failed: 1 };
  }
}

function run([program = "", ...args]: string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      console.error(error);
      done(1);
    });
    child.once("exit", (code) => {
      done(code ?? 1);
    });
  });
}

mkdirSync(reports, { recursive: true });
const sum: Counts = { passed: 0, failed: 0 };
const failedSteps: string[] = [];
async function runInTurn(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const { passed, failed } = await runStep(step);
    sum.passed += passed;
    sum.failed += failed;
    if (failed > 0) failedSteps.push(step.name);
  }
}
await Promise.all(checks.map(runInTurn));
if (process.argv[2] !== "check") await runInTurn(tests);
if (failedSteps.length > 0) console.error(`\nFailed: ${failedSteps.join(", ")}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = failedSteps.length > 0 ? 1 : 0;
