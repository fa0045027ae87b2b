import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
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

// Routes have their types before what reads them.
const typeChecks: Step[] = [
  { name: "route types", command: ["next", "typegen"] },
  { name: "types", command: ["tsc", "--noEmit"] },
];
const textChecks: Step[] = [
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  { name: "lint", command: ["eslint", "--max-warnings", "0", "."] },
  { name: "dead code", command: ["knip", "--treat-config-hints-as-errors"] },
];
const tests: Step[] = [vitestStep("unit"), vitestStep("integration")];
const journeys: Step = {
  name: "e2e",
  command: ["playwright", "test"],
  report: { file: journeysReport, read: readPlaywrightReport },
};

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

interface Manner {
  /** Takes what time others leave, and prints all at its end. */
  beside?: boolean;
}

async function runStep({ name, command, report }: Step, { beside = false }: Manner): Promise<Outcome> {
  if (!beside) console.log(`\n── ${name}`);
  if (report) rmSync(report.file, { force: true });
  const startedAt = Date.now();
  const { exitCode, printed } = await (beside ? runBeside(command) : run(command));
  if (beside) console.log(`\n── ${name}, beside the others\n${printed}`);
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

const lowest = constants.priority.PRIORITY_LOW;

interface Ended {
  exitCode: number;
  printed: string;
}

function run([program = "", ...args]: string[]): Promise<Ended> {
  return waitFor(spawn(`node_modules/.bin/${program}`, args, { stdio: ["ignore", "inherit", "inherit"] }));
}

function runBeside([program = "", ...args]: string[]): Promise<Ended> {
  const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, lowest);
  return waitFor(child);
}

function waitFor(child: ChildProcess): Promise<Ended> {
  return new Promise((done) => {
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    }
    child.once("error", (error) => {
      console.error(error);
      done({ exitCode: 1, printed });
    });
    child.once("close", (code) => {
      done({ exitCode: code ?? 1, printed });
    });
  });
}

mkdirSync(reports, { recursive: true });
const sum = { passed: 0, failed: 0 };
const failures: string[] = [];
async function runInTurn(steps: readonly Step[], manner: Manner = {}): Promise<void> {
  for (const step of steps) {
    const outcome = await runStep(step, manner);
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
    if (outcome.failed > 0) failures.push(step.name, ...outcome.failures.flatMap(formatFailure));
  }
}
if (process.argv[2] === "check") {
  await Promise.all([runInTurn(typeChecks), runInTurn(textChecks)]);
} else {
  // Much of the tests is waiting, which the checks of texts can use.
  await Promise.all([runInTurn([...typeChecks, ...tests]), runInTurn(textChecks, { beside: true })]);
  await runInTurn([journeys]);
}
if (failures.length > 0) console.error(`\nFailed:\n${failures.join("\n")}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
