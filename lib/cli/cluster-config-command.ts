import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { generateConfig } from "../domain/cluster-config/config-kinds.ts";
import type { ConfigFinding, ConfigSeverity } from "../domain/cluster-config/config-finding.ts";
import type { ConfigFile, ConfigOutput } from "../domain/cluster-config/config-output.ts";
import { makeContainerdSets } from "../domain/cluster-config/containerd-sets.ts";
import { guideHostsToml } from "../domain/cluster-config/hosts-toml-guide.ts";
import { lintConfig } from "../domain/cluster-config/lint-config.ts";
import { parseMirrorSets } from "../domain/cluster-config/parse-mirror-sets.ts";
import { type PullSecretAuths, readPullSecret } from "../domain/cluster-config/pull-secret.ts";
import { describeWindowsNodes } from "../domain/cluster-config/windows-nodes.ts";
import {
  type ClusterConfigOptions,
  clusterConfigUsage,
  parseClusterConfigOptions,
} from "./cluster-config-options.ts";
import { describeFindings, joinFindings, tellFindings } from "../i18n/config-report.ts";
import { describeGuide, ruleWords, tellGuide } from "./config-words.ts";
import { printable } from "./printable.ts";
import { readInput } from "./read-input.ts";
import { describeUsage, UsageError } from "./usage-error.ts";

type OptionsOf<Act> = Extract<ClusterConfigOptions, { readonly act: Act }>;

const marks: Readonly<Record<ConfigSeverity, string>> = {
  notice: "note",
  warning: "WARNING",
  error: "PROBLEM",
};
const standardInput = "-";

/** `drayage cluster-config`. @returns the exit status */
export async function runClusterConfigCommand(args: readonly string[]): Promise<number> {
  try {
    const options = parseClusterConfigOptions(args);
    if (options === "help") {
      process.stdout.write(clusterConfigUsage);
      return 0;
    }
    return options.act === "lint" ? await lint(options) : await generate(options);
  } catch (error) {
    process.stderr.write(`drayage cluster-config: ${describeUsage(error)}\n`);
    return 2;
  }
}

/** @throws UsageError */
async function lint({ paths, json, ...question }: OptionsOf<"lint">): Promise<number> {
  const files: { path: string; findings: readonly ConfigFinding[] }[] = [];
  for (const path of paths.length === 0 ? [standardInput] : paths) {
    const findings = lintConfig(path, await readInput(path), { ...question, at: new Date() });
    files.push({ path, findings });
  }
  const findings = joinFindings(files);
  if (json) process.stdout.write(`${JSON.stringify(describeFindings(findings, ruleWords))}\n`);
  else process.stdout.write(printable(`${tellFindings(findings, ruleWords, marks)}${summarize(files)}\n`));
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

function summarize(files: readonly { readonly findings: readonly ConfigFinding[] }[]): string {
  const findings = files.flatMap((file) => file.findings);
  const count = (severity: ConfigSeverity) => findings.filter((each) => each.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const unknown = findings.filter(({ rule }) => rule === "nothing-recognized").length;
  if (errors === 0 && warnings === 0) {
    if (unknown === 0) return "Nothing is wrong with it.";
    return unknown === files.length ? "Nothing was checked." : "Nothing is wrong with what was checked.";
  }
  return `${errors} ${errors === 1 ? "problem" : "problems"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`;
}

/** @throws UsageError */
async function generate(options: OptionsOf<"generate">): Promise<number> {
  const { kind, outPath, json } = options;
  const output =
    kind === "hosts-toml" ? await makeHosts(options) : makeOf(kind, await readInput(options.path));
  if (outPath !== null) await writeFiles(outPath, output.files);
  if (json) {
    process.stdout.write(`${JSON.stringify(describeGuide(kind, output))}\n`);
    return 0;
  }
  if (outPath === null) process.stdout.write(joinFiles(output.files));
  else process.stdout.write(printable(output.files.map(({ path }) => `${join(outPath, path)}\n`).join("")));
  // What is made goes down a pipe, what is said of it does not.
  process.stderr.write(printable(tellGuide(kind, output)));
  return 0;
}

/** @throws UsageError */
function makeOf(kind: Exclude<OptionsOf<"generate">["kind"], "hosts-toml">, text: string): ConfigOutput {
  const generated = generateConfig(kind, parseInput(text));
  if (generated.ok) return generated.output;
  const issues = generated.issues.map(
    ({ path, message }) => `${path === "" ? "the input" : path}: ${message}`,
  );
  throw new UsageError(`the input is not what is needed:\n  ${issues.join("\n  ")}`);
}

/** @throws UsageError without what is written there, since inputs have passwords and logs have many readers */
function parseInput(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error?.code === "MULTIPLE_DOCS") throw new UsageError("there is more than one document in the input");
  if (error !== undefined) {
    const [{ line, col }] = error.linePos ?? [{ line: 1, col: 1 }];
    throw new UsageError(`the input is no YAML: see line ${line}, column ${col}`);
  }
  try {
    return document.toJS();
  } catch {
    throw new UsageError("the input is no YAML: an alias in it leads nowhere, or too far");
  }
}

/** @throws UsageError */
async function makeHosts({
  path,
  isForWindows,
  dockerConfigPath,
}: OptionsOf<"generate">): Promise<ConfigOutput> {
  if (dockerConfigPath !== null && !isForWindows) {
    throw new UsageError("--docker-config goes with --windows: elsewhere sign-ins belong to pull secrets");
  }
  const { sets, findings } = parseMirrorSets(await readInput(path));
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const lines = errors.map((finding) => `${finding.object}: ${ruleWords(finding).title}`);
    throw new UsageError(`the cluster would not take these mirror sets:\n  ${lines.join("\n  ")}`);
  }
  if (isForWindows) {
    const { files } = describeWindowsNodes(sets, [], await readAuths(dockerConfigPath));
    return { files, ...guideHostsToml(files, "windows") };
  }
  const { files, leftOut } = makeContainerdSets(sets);
  if (leftOut.length > 0) {
    process.stderr.write(
      printable(
        `containerd cannot go by all mirrors of these entries, which do not end in the whole path of their source; of a ` +
          `host for which none is left, it asks the source, whatever the policy:\n` +
          leftOut.map((object) => `  ${object}\n`).join(""),
      ),
    );
  }
  return { files, ...guideHostsToml(files, "linux") };
}

/** @throws UsageError */
async function readAuths(path: string | null): Promise<PullSecretAuths> {
  if (path === null) return new Map();
  const reading = readPullSecret(await readInput(path));
  if (reading.ok) return reading.auths;
  throw new UsageError(
    `${path} is no pull secret: ${[reading.problem, reading.key].filter(Boolean).join(", ")}`,
  );
}

/** A single file as it is; of several, each under its name. */
function joinFiles(files: readonly ConfigFile[]): string {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only.content;
  return files.map(({ path, content }) => `# ${path}\n${content.replace(/\n*$/, "\n")}`).join("\n");
}

/** @throws UsageError for a file that is there already, or cannot be written */
async function writeFiles(folder: string, files: readonly ConfigFile[]): Promise<void> {
  for (const { path, content, isSecret } of files) {
    const target = join(folder, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content, { flag: "wx", mode: isSecret ? 0o600 : 0o644 });
    } catch (error) {
      throw new UsageError(`--out: ${error instanceof Error ? error.message : target}`, { cause: error });
    }
  }
}
