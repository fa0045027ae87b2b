import { findKeyInText } from "#lib/domain/certificates/find-private-key.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkPulls, isAboutPulls } from "./check-pulls.ts";
import { checkTanzuKubernetesCluster, checkTkgService } from "./check-tanzu-object.ts";
import { checkTkgVariables } from "./check-tkg-variables.ts";
import { checkRegistryTrust, listRegistryTrust } from "./check-registry-trust.ts";
import { checkTrustAgreement, checkTrustSecret, isTrustSecret } from "./check-trust-secret.ts";
import { type FoundObject, listObjects } from "./found-object.ts";
import { type DocumentProblem, readDocuments } from "./read-documents.ts";
import { readTkgVariables } from "./tkg-variables.ts";
import type { TrustQuestion } from "./trust-question.ts";
import { type TrustFinding, trustFinding } from "./trust-finding.ts";

const maxLength = 512 * 1024;
const maxFindings = 500;

/**
 * Checks what somebody pastes, for what it is of: YAML documents (TkgServiceConfiguration, TanzuKubernetesCluster, Cluster
 * and Secret of a Supervisor or of Tanzu Kubernetes Grid, OpenShift's ConfigMap of registries' certificates, image pull
 * Secrets and who uses them), the variables of Tanzu Kubernetes Grid as YAML, as a shell's, or as `tanzu config set` lines. Never throws. With a private key in it nothing
 * else is looked at; no value that was pasted is in a finding.
 */
export function checkTrust(text: string, question: TrustQuestion): readonly TrustFinding[] {
  if (text.length > maxLength) return [trustFinding("too-large", "", {})];
  const key = findKeyInText(text);
  if (key !== null) return [trustFinding("private-key", "", { form: key.form, line: key.lineOffset + 1 })];
  const end = text.indexOf("\r");
  const { documents, problems } = readDocuments(text);
  const variables = readTkgVariables(text, documents);
  const objects = listObjects(documents);
  // A script is no YAML, and need not be; what ends its lines gets into its values.
  const isScript = variables.some(({ line }) => line !== null);
  const known = objects.filter(isKnown);
  const registryTrust = listRegistryTrust(objects);
  const findings = [
    ...(isScript && end !== -1
      ? [trustFinding("carriage-returns", "", { line: text.slice(0, end).split("\n").length })]
      : []),
    ...(isScript ? [] : problems.map(tellProblem)),
    ...checkTkgVariables(variables, question),
    ...known.flatMap((object) => checkObject(object, question)),
    ...checkTrustAgreement(known),
    ...registryTrust.flatMap((object) => checkRegistryTrust(object, question.at)),
    ...checkPulls(known),
  ];
  if (variables.length + known.length + registryTrust.length + problems.length === 0) {
    findings.push(trustFinding("nothing-recognized", "", {}));
  }
  return findings.slice(0, maxFindings);
}

function tellProblem({ code, line }: DocumentProblem): TrustFinding {
  return code === "too-large" ? trustFinding(code, "", {}) : trustFinding(code, "", { line: line ?? 1 });
}

const isOf = (object: FoundObject, kind: string, group: string): boolean =>
  object.kind === kind && object.apiVersion.startsWith(`${group}/`);

const isTkgService = (object: FoundObject) => isOf(object, "TkgServiceConfiguration", "run.tanzu.vmware.com");
const isTanzuCluster = (object: FoundObject) =>
  isOf(object, "TanzuKubernetesCluster", "run.tanzu.vmware.com");
const isCluster = (object: FoundObject) => isOf(object, "Cluster", "cluster.x-k8s.io");

const isKnown = (object: FoundObject): boolean =>
  [isTkgService, isTanzuCluster, isCluster, isTrustSecret, isAboutPulls].some((is) => is(object));

function checkObject(object: FoundObject, question: TrustQuestion): TrustFinding[] {
  if (isTkgService(object)) return checkTkgService(object, question);
  if (isTanzuCluster(object)) return checkTanzuKubernetesCluster(object, question);
  if (isCluster(object)) return checkCluster(object, question);
  return isTrustSecret(object) ? checkTrustSecret(object, question.at) : [];
}
