import {
  findTanzuFile,
  findTkgFile,
  listCseFiles,
  listNodeChecks,
  type NodeFile,
} from "../certificates/node-files.ts";
import { registryOrigin } from "#lib/engine/oci/registry-origin.ts";
import type { DoctorQuestion } from "./doctor-question.ts";
import type { Finding } from "./finding.ts";
import { formatCommand } from "#lib/quote-argument.ts";
import { describePlace } from "./server-place.ts";

/**
 * What a command shows on a node: the addresses of the registry's name; the file that a certificate became, by the product
 * that has written it; the chain that the node is sent; what the registry answers; whether an image can be pulled; whether
 * Cloud Director answers.
 */
export const nodeCommandPurposes = [
  "resolve-name",
  "find-cse-certificate",
  "find-tanzu-certificate",
  "find-tkg-certificate",
  "show-chain",
  "ask-registry",
  "pull-image",
  "ask-cloud-director",
] as const;

export type NodeCommandPurpose = (typeof nodeCommandPurposes)[number];

/** A command for a person to run on a node, its values filled in and quoted. */
export interface NodeCommand {
  readonly purpose: NodeCommandPurpose;
  readonly command: string;
}

/** Of the files of each product; the rest is like them. */
const maxFiles = 4;

/** The commands that show on a node what the doctor has seen from here: what differs there is the cause. */
export function nodeCommands(question: DoctorQuestion, findings: readonly Finding[]): readonly NodeCommand[] {
  // Nodes speak HTTPS unless told otherwise.
  const plainHttp =
    question.plainHttp === true && !findings.some(({ code }) => code === "protocol-tls-instead");
  const origin = registryOrigin(question.registry.registry, { plainHttp });
  const { host, port, isAddress } = describePlace(origin, undefined);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  // An address has no place in the name that a server is asked for (RFC 6066 section 3).
  const name = isAddress ? ["-noservername"] : ["-servername", host];
  const image = choosePulled(findings);
  const commands: (NodeCommand | null)[] = [
    isAddress ? null : { purpose: "resolve-name", command: formatCommand("getent", "ahosts", host) },
    ...listFileChecks(question, findings),
    plainHttp
      ? null
      : {
          purpose: "show-chain",
          command: `${formatCommand("openssl", "s_client", "-connect", authority, ...name, "-showcerts")} </dev/null`,
        },
    { purpose: "ask-registry", command: formatCommand("curl", "-sS", "-i", `${origin}/v2/`) },
    image === null
      ? null
      : { purpose: "pull-image", command: formatCommand("sudo", "crictl", "pull", image) },
    question.cloudDirector === undefined
      ? null
      : {
          purpose: "ask-cloud-director",
          command: formatCommand("curl", "-sS", "-i", `https://${question.cloudDirector}/api/versions`),
        },
  ];
  return commands.filter((each) => each !== null);
}

/** The image whose pull went wrong, or else one that went well; by its tag, as clusters pull. */
function choosePulled(findings: readonly Finding[]): string | null {
  const images = findings.filter((each) => "image" in each.facts && /:[^/]+$/.test(each.facts.image));
  const chosen = images.find(({ severity }) => severity === "error") ?? images[0];
  return chosen !== undefined && "image" in chosen.facts ? chosen.facts.image : null;
}

function listFileChecks(question: DoctorQuestion, findings: readonly Finding[]): NodeCommand[] {
  const stored = question.trust.cluster ?? [];
  const concerned = listConcerned(findings);
  const certificates = stored.map(({ certificate }) => certificate);
  const isMeant = ({ fingerprints }: NodeFile) =>
    concerned.size === 0 || fingerprints.some((each) => concerned.has(each));
  const check = (purpose: NodeCommandPurpose, files: readonly (NodeFile | null)[]): NodeCommand[] =>
    files
      .filter((file) => file !== null)
      .filter(isMeant)
      .slice(0, maxFiles)
      .flatMap((file) => listNodeChecks(file).map((command) => ({ purpose, command })));
  return [
    ...check("find-cse-certificate", listCseFiles(certificates)),
    ...check(
      "find-tanzu-certificate",
      stored.map(({ name, certificate }) => findTanzuFile(name, certificate)),
    ),
    ...check("find-tkg-certificate", [findTkgFile(certificates)]),
  ];
}

/** The certificates that it depends on whether nodes trust the registry; none when that is not known. */
function listConcerned(findings: readonly Finding[]): ReadonlySet<string> {
  const concerned = findings.flatMap((each) => {
    if (each.code === "trust-accepted" && each.facts.list === "cluster")
      return [each.facts.anchor.fingerprint];
    return each.code === "remedy-stored" ? [each.facts.certificate.fingerprint] : [];
  });
  return new Set(concerned);
}
