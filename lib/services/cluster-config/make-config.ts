import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { type ConfigKind, generateConfig } from "#lib/domain/cluster-config/config-kinds.ts";
import type { ConfigOutput } from "#lib/domain/cluster-config/config-output.ts";
import { makeContainerdSets } from "#lib/domain/cluster-config/containerd-sets.ts";
import { guideHostsToml } from "#lib/domain/cluster-config/hosts-toml-guide.ts";
import { type PullSecretAuths, readPullSecret } from "#lib/domain/cluster-config/pull-secret.ts";
import { describeWindowsNodes } from "#lib/domain/cluster-config/windows-nodes.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import {
  configFields,
  type ConfigForm,
  type ConfigTopic,
  type MadeConfig,
} from "#lib/schemas/cluster-config.ts";
import { formatPlaceName } from "../offers/offer-place.ts";
import { listKnownCertificates } from "./config-certificates.ts";
import { checkMade } from "./check-made.ts";
import { configInputs, type KnownParts } from "./config-inputs.ts";
import { refuseIssues } from "./config-issues.ts";
import { getConfigPlace } from "./config-places.ts";
import { listMisplaced } from "./list-misplaced.ts";
import { makeSets } from "./form-sets.ts";
import { readMirroredImages } from "./mirrored-images.ts";
import { viewWindowsNodes } from "./windows-view.ts";

/**
 * Makes what clusters need of what the panel knows and what a person says. Nothing is written, nothing is asked of anybody.
 *
 * @throws AppError `not-found`, `not-allowed`; `invalid-input` with the fields of the form
 */
export async function makeConfig(
  access: Access<"cluster-config.read">,
  topic: ConfigTopic,
  form: ConfigForm,
): Promise<MadeConfig> {
  if (hasSecrets(form) && !mayRole(access.role, "cluster-config.secret")) {
    throw new AppError("not-allowed", { permission: "cluster-config.secret" });
  }
  const known = await findKnownParts(access, topic, form);
  const output = topic === "hosts-toml" ? makeHosts(form, known) : makeOf(topic, form, known);
  const misplaced = listMisplaced(topic, form, known);
  return {
    ...output,
    place: known.registry,
    findings: await checkMade(output.files, topic, form, known),
    ...misplaced,
    windows: await viewWindowsNodes(access, topic, form, known),
  };
}

/** Texts that somebody is signed in with. */
function hasSecrets({ credentials, pullSecret, hasProxy, proxy }: ConfigForm): boolean {
  const proxyTexts = hasProxy ? [proxy.http, proxy.https] : [];
  return credentials.password !== "" || pullSecret !== "" || proxyTexts.some((url) => url.includes("@"));
}

/** @throws AppError `not-found`; `invalid-input` for a certificate that is not there any more, or another's */
async function findKnownParts(
  access: Access<"cluster-config.read">,
  topic: ConfigTopic,
  form: ConfigForm,
): Promise<KnownParts> {
  const place = await getConfigPlace(access, form.destinationId);
  const [certificates, mirrored] = await Promise.all([
    listKnownCertificates(access, place.caPem),
    readMirroredImages(access, place),
  ]);
  const pick = (field: "certificates" | "proxyCertificates") => {
    const wanted = new Set(form[field]);
    const found = certificates.filter(({ fingerprint }) => wanted.has(fingerprint));
    // Clusters are not to be left without one that a person still sees ticked.
    const isShown = configFields[topic].includes(field) && (field === "certificates" || form.hasProxy);
    if (isShown && found.length < wanted.size) throw fieldError(field, "certificate-gone");
    return found.map(({ name, pem }) => ({ name, pem }));
  };
  return {
    ...{ registry: formatPlaceName(place.host, place.basePath), host: place.host, ...mirrored },
    isPlainHttp: place.isPlainHttp,
    ...{ certificates: pick("certificates"), proxyCertificates: pick("proxyCertificates") },
  };
}

/** @throws AppError `invalid-input` */
function makeOf(kind: ConfigKind, form: ConfigForm, known: KnownParts): ConfigOutput {
  const made = generateConfig(kind, configInputs[kind](form, known));
  if (made.ok) return made.output;
  throw refuseIssues(made.issues, (path) =>
    path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], form),
  );
}

/** @throws AppError `invalid-input` for a pull secret that is none */
function makeHosts(form: ConfigForm, { images }: KnownParts): ConfigOutput {
  const sets = makeSets(form, images);
  const isForWindows = form.system === "windows";
  const files = isForWindows
    ? describeWindowsNodes(sets, [], readAuths(form.pullSecret)).files
    : makeContainerdSets(sets).files;
  return { files, ...guideHostsToml(files, form.system) };
}

/** @throws AppError `invalid-input` */
function readAuths(text: string): PullSecretAuths {
  if (text.trim() === "") return new Map();
  const reading = readPullSecret(text);
  if (!reading.ok) throw fieldError("pullSecret", "pull-secret-format");
  return reading.auths;
}
