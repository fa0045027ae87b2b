import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { formatFailure, type Outcome, readPlaywrightReport, readVitestReport } from "./test-reports.ts";

// `npm test` runs everything, `npm run check` what needs no running parts. The last line counts: each check is one test.
interface Step {
  name: string;
  command: string[];
  /** Where the runner counts its tests; without it the step itself is the test. */
  report?: { file: string; read: (text: string) => Outcome };
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

async function runStep({ name, command, report }: Step): Promise<Outcome> {
  console.log(`\n── ${name}`);
  if (report) rmSync(report.file, { force: true });
  const startedAt = Date.now();
  const exitCode = await run(command);
  console.log(`── ${name}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
  const outcome = report ? readReport(report) : { passed: 1, failed: 0, failures: [] };
  if (exitCode === 0) return outcome;
  if (!report) return { passed: 0, failed: 1, failures: [] };
  // A runner can fail without a failed test, when a server it needs does not start.
  return { ...outcome, failed: Math.max(outcome.failed, 1) };
}

function readReport({ file, read }: NonNullable<Step["report"]>): Outcome {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`${file} could not be read:`, error);
    return { passed: 0, failed: 1, failures: [] };
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
const sum = { passed: 0, failed: 0 };
const failures: string[] = [];
async function runInTurn(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const outcome = await runStep(step);
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
    if (outcome.failed > 0) failures.push(step.name, ...outcome.failures.flatMap(formatFailure));
  }
}
await Promise.all(checks.map(runInTurn));
if (process.argv[2] !== "check") await runInTurn(tests);
if (failures.length > 0) console.error(`\nFailed:\n${failures.join("\n")}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
