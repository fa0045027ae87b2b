import { parseArgs } from "node:util";
import { type ConfigKind, configKinds } from "../domain/cluster-config/config-kinds.ts";
import type { RegistryBase } from "../engine/oci/reference.ts";
import { parseBase } from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

export const clusterConfigUsage = `Usage: drayage cluster-config KIND [-f INPUT.yaml] [--out DIR] [--json]
       drayage cluster-config hosts-toml -f SETS.yaml [--windows] [--docker-config FILE] [--out DIR] [--json]
       drayage cluster-config lint -f FILE [-f FILE ...] [--registry HOST[/BASE]] [--sign-in] [--windows]
                                   [--never-source] [--json]

Makes what clusters need to trust a registry and to pull from it, or checks what is there. Nothing is contacted.

Kinds: ${configKinds.slice(0, 6).join(", ")},
       ${configKinds.slice(6).join(", ")}, hosts-toml

hosts-toml makes the files of containerd out of mirror sets of OpenShift (ImageDigestMirrorSet, ImageTagMirrorSet): as nodes
of plain containerd need them, or with --windows as the Windows Machine Config Operator makes them.

Options:
  -f, --file FILE       what to make it of, as YAML or JSON; standard input unless given. For lint, what to check: YAML,
                        a file of variables, a VCDKEConfig, registries.conf, or hosts.toml in a folder that is named as
                        the registry it is for; each file by itself, so that what belongs together stands in one
  --out DIR             write the files there; files with passwords only for you; what is there is not overwritten
  --windows             of the operator's making, or for nodes of Windows
  --docker-config FILE  the cluster's pull secret, as docker keeps it in config.json: its sign-ins get into the files
  --registry HOST[/BASE]  where the clusters are to pull from, which what is checked is held to
  --sign-in             that registry hands out nothing to whoever has not signed in
  --never-source        nodes must not ask the sources when mirrors fail
  --json                one document on standard output
  --help                show this text

Exit status: 0 made, or nothing is wrong; 1 lint has found an error; 2 the command or its input is wrong.
`;

export type ClusterConfigOptions = GenerateOptions | LintOptions;

interface GenerateOptions {
  readonly act: "generate";
  readonly kind: ConfigKind | "hosts-toml";
  /** Null for standard input. */
  readonly path: string | null;
  readonly outPath: string | null;
  readonly isForWindows: boolean;
  readonly dockerConfigPath: string | null;
  readonly json: boolean;
}

interface LintOptions {
  readonly act: "lint";
  readonly paths: readonly string[];
  readonly registry?: RegistryBase;
  readonly wantsCredentials: boolean;
  readonly hasWindowsNodes: boolean;
  readonly mayAskSource: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseClusterConfigOptions(args: readonly string[]): ClusterConfigOptions | "help" {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        file: { type: "string", short: "f", multiple: true, default: [] },
        out: { type: "string" },
        windows: { type: "boolean", default: false },
        "docker-config": { type: "string" },
        registry: { type: "string" },
        "sign-in": { type: "boolean", default: false },
        "never-source": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }),
  );
  if (values.help) return "help";
  const [kind, ...more] = positionals;
  if (kind === undefined) throw new UsageError(`say what to make: ${listKinds()}; or "lint"`);
  if (more.length > 0) throw new UsageError(`only one kind at a time, not also "${more.join(" ")}"`);
  const { json, windows, registry, out, file: paths, "docker-config": dockerConfig } = values;
  if (kind === "lint") {
    refuse({ "--out": out, "--docker-config": dockerConfig }, "lint makes nothing");
    return {
      ...{ act: "lint", paths, json, hasWindowsNodes: windows, mayAskSource: !values["never-source"] },
      wantsCredentials: values["sign-in"],
      ...(registry !== undefined && { registry: parseBase("--registry", registry) }),
    };
  }
  if (!isKind(kind)) throw new UsageError(`"${kind}" is none of the kinds: ${listKinds()}`);
  const never = values["never-source"] || undefined;
  const signIn = values["sign-in"] || undefined;
  refuse({ "--registry": registry, "--sign-in": signIn, "--never-source": never }, "only lint takes it");
  const ofSets = { "--windows": windows || undefined, "--docker-config": dockerConfig };
  if (kind !== "hosts-toml") refuse(ofSets, "only hosts-toml takes it");
  if (paths.length > 1) throw new UsageError("one file at a time is made something of");
  const [path = null] = paths;
  return {
    ...{ act: "generate", kind, path, json, outPath: out ?? null },
    ...{ isForWindows: windows, dockerConfigPath: dockerConfig ?? null },
  };
}

const listKinds = (): string => [...configKinds, "hosts-toml"].join(", ");

const isKind = (text: string): text is ConfigKind | "hosts-toml" =>
  text === "hosts-toml" || (configKinds as readonly string[]).includes(text);

function refuse(given: Readonly<Record<string, unknown>>, why: string): void {
  const name = Object.keys(given).find((each) => given[each] !== undefined);
  if (name !== undefined) throw new UsageError(`${name} does not go with this: ${why}`);
}
