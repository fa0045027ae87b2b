import { base, forEachImage, isInstalled, type Contestant } from "./contestants.ts";

export const drayageExport: Contestant = {
  name: "drayage",
  command: ({ from, listPath, bundleFolder }) => [
    process.execPath,
    "lib/cli/main.ts",
    "export",
    ...["--from", from, "--from-plain-http", "--list", listPath, "--to-dir", bundleFolder, "--json"],
  ],
};

export const drayageImport: Contestant = {
  name: "drayage",
  packer: drayageExport,
  command: ({ to, bundleFolder }) => [
    process.execPath,
    "lib/cli/main.ts",
    "import",
    ...["--dir", bundleFolder, "--to", `${to}/${base}`, "--to-plain-http", "--json"],
  ],
};

/** Temporary files beside the archives: an archive of skopeo's is packed from a folder, and unpacked to one. */
const skopeoCopy = (tempFolder: string) =>
  `exec skopeo --insecure-policy copy --tmpdir "${tempFolder}" --quiet --all`;
const archiveOf = (bundleFolder: string) => `oci-archive:${bundleFolder}/$(printf %s "$1" | tr /: __).tar:$1`;

export const skopeoExportLoop: Contestant = {
  name: "skopeo, one by one",
  command: ({ from, listPath, bundleFolder, tempFolder }) =>
    forEachImage(
      listPath,
      1,
      `${skopeoCopy(tempFolder)} --src-tls-verify=false "docker://${from}/$1" "${archiveOf(bundleFolder)}"`,
    ),
};

export const skopeoImportLoop: Contestant = {
  name: "skopeo, one by one",
  packer: skopeoExportLoop,
  command: ({ to, listPath, bundleFolder, tempFolder }) =>
    forEachImage(
      listPath,
      1,
      `${skopeoCopy(tempFolder)} --dest-tls-verify=false "${archiveOf(bundleFolder)}" "docker://${to}/${base}/$1"`,
    ),
};

const imgpkgExport: Contestant = {
  name: "imgpkg, one lock file",
  command: ({ lockPath, bundleFolder }) => [
    ...["imgpkg", "copy", "--registry-insecure", "--lock", lockPath],
    ...["--to-tar", `${bundleFolder}/images.tar`],
  ],
};

const imgpkgImport: Contestant = {
  name: "imgpkg, one tar",
  packer: imgpkgExport,
  command: ({ to, bundleFolder }) => [
    ...["imgpkg", "copy", "--registry-insecure", "--tar", `${bundleFolder}/images.tar`],
    ...["--to-repo", `${to}/${base}/images`],
  ],
};

/** Others that this machine happens to have. */
export const otherBundlers = isInstalled("imgpkg")
  ? { export: [imgpkgExport], import: [imgpkgImport] }
  : { export: [], import: [] };
