import { enableCompileCache } from "node:module";

// Parsing our sources takes longer than checking a short list.
enableCompileCache();

const usage = `Usage: drayage COMMAND [options]

Commands:
  copy      copy the images of a list from one registry to another
  verify    compare the images of a list at two registries
  export    write the images of a list to files that can be carried
  import    copy the images of such files to a registry
  bundle    look into such files, or check them
  doctor    find out what keeps clusters from pulling from a registry
  cluster-config
            make what clusters need to trust a registry and to pull from it, or check what they have
  checksum  compute and compare SHA-256, SHA-1 and MD5 of files

"drayage COMMAND --help" tells more.
`;

const [command, ...args] = process.argv.slice(2);

if (command === "copy") {
  const { runCopyCommand } = await import("./copy-command.ts");
  process.exitCode = await runCopyCommand(args);
} else if (command === "verify") {
  const { runVerifyCommand } = await import("./verify-command.ts");
  process.exitCode = await runVerifyCommand(args);
} else if (command === "export") {
  const { runExportCommand } = await import("./export-command.ts");
  process.exitCode = await runExportCommand(args);
} else if (command === "import") {
  const { runImportCommand } = await import("./import-command.ts");
  process.exitCode = await runImportCommand(args);
} else if (command === "bundle") {
  const { runBundleCommand } = await import("./bundle-command.ts");
  process.exitCode = await runBundleCommand(args);
} else if (command === "doctor") {
  const { runDoctorCommand } = await import("./doctor-command.ts");
  process.exitCode = await runDoctorCommand(args);
} else if (command === "cluster-config") {
  const { runClusterConfigCommand } = await import("./cluster-config-command.ts");
  process.exitCode = await runClusterConfigCommand(args);
} else if (command === "checksum") {
  const { runChecksumCommand } = await import("./checksum-command.ts");
  process.exitCode = await runChecksumCommand(args);
} else if (command === "--help" || command === "-h") {
  process.stdout.write(usage);
} else {
  process.stderr.write(command === undefined ? usage : `drayage: unknown command "${command}"\n\n${usage}`);
  process.exitCode = 2;
}
