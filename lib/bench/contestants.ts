import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** One run: from a registry to another. */
export interface Course {
  /** Folder in which the source keeps its blobs. */
  readonly sourceRoot: string;
  /** host:port */
  readonly from: string;
  readonly to: string;
  /** Folder that holds `ca.crt`, when the target speaks TLS; else both speak HTTP. */
  readonly targetCaFolder?: string;
  /** File with one `path:tag` a line. */
  readonly listPath: string;
  /** The same images by their digests at the source, for imgpkg. */
  readonly lockPath: string;
  /** Where an export writes, empty at first; for an import, what its contestant's `packer` has written there. */
  readonly bundleFolder: string;
  /** Beside what the registries write, for programs that unpack before they push. */
  readonly tempFolder: string;
}

export interface Contestant {
  readonly name: string;
  readonly command: (course: Course) => readonly string[];
  /** For one that times itself. */
  readonly readSeconds?: (stdout: string) => number;
  /** For an import: what it imports is made by this one, once, and not measured. */
  readonly packer?: Contestant;
}

/** Below this path the target gets everything. */
export const base = "mirror";

export const drayage: Contestant = {
  name: "drayage",
  command: ({ from, to, targetCaFolder, listPath }) => [
    process.execPath,
    "lib/cli/main.ts",
    "copy",
    ...["--from", from, "--from-plain-http", "--to", `${to}/${base}`, "--list", listPath, "--json"],
    ...(targetCaFolder === undefined ? ["--to-plain-http"] : ["--to-ca", join(targetCaFolder, "ca.crt")]),
  ],
};

/** Runs a line of shell for each image, `$1` its path and tag, so many at once. */
export function forEachImage(listPath: string, imagesAtOnce: number, line: string): readonly string[] {
  return [
    "xargs",
    "--arg-file",
    listPath,
    "-P",
    String(imagesAtOnce),
    "-I",
    "{}",
    "sh",
    "-c",
    line,
    "sh",
    "{}",
  ];
}

function skopeo(name: string, imagesAtOnce: number): Contestant {
  return {
    name,
    command: ({ from, to, targetCaFolder, listPath }) => {
      const target =
        targetCaFolder === undefined ? "--dest-tls-verify=false" : `--dest-cert-dir=${targetCaFolder}`;
      return forEachImage(
        listPath,
        imagesAtOnce,
        `exec skopeo --insecure-policy copy --quiet --all --src-tls-verify=false ${target} "docker://${from}/$1" "docker://${to}/${base}/$1"`,
      );
    },
  };
}

export const skopeoLoop = skopeo("skopeo, one by one", 1);
export const skopeoFour = skopeo("skopeo, four at once", 4);

/** The target alone, fed from memory; what it takes to load the blobs does not count. */
export const floor: Contestant = {
  name: "floor",
  command: ({ sourceRoot, to }) => [process.execPath, "lib/bench/floor.ts", sourceRoot, `http://${to}`],
  readSeconds: Number,
};

const others: readonly (Contestant & { readonly program: string })[] = [
  {
    name: "crane, one by one",
    program: "crane",
    command: ({ from, to, listPath }) =>
      forEachImage(listPath, 1, `exec crane copy --insecure "${from}/$1" "${to}/${base}/$1"`),
  },
  {
    name: "oras, one by one",
    program: "oras",
    command: ({ from, to, listPath }) =>
      forEachImage(
        listPath,
        1,
        `exec oras copy --from-plain-http --to-plain-http "${from}/$1" "${to}/${base}/$1"`,
      ),
  },
  {
    name: "imgpkg, one by one",
    program: "imgpkg",
    command: ({ from, to, listPath }) =>
      forEachImage(
        listPath,
        1,
        `exec imgpkg copy --registry-insecure --image "${from}/$1" --to-repo "${to}/${base}/\${1%:*}"`,
      ),
  },
  {
    name: "regsync",
    program: "regsync",
    command: ({ from, to, listPath }) => [
      "sh",
      "-c",
      `{ printf 'version: 1\\ncreds:\\n  - registry: ${from}\\n    tls: disabled\\n  - registry: ${to}\\n    tls: disabled\\n'
         printf 'defaults:\\n  parallel: 6\\nsync:\\n'
         while read -r image; do
           printf '  - source: ${from}/%s\\n    target: ${to}/${base}/%s\\n    type: image\\n' "$image" "$image"
         done <"$1"; } | regsync once --config -`,
      "sh",
      listPath,
    ],
  },
];

/** Programs that this machine happens to have; they are run over plain HTTP only. */
export function findOtherContestants(): readonly Contestant[] {
  return others.filter(({ program }) => isInstalled(program));
}

export function isInstalled(program: string): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}
