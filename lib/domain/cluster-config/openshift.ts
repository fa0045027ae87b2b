import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { certificateList, credentialsInput, labelName } from "./cluster-input.ts";
import type { ConfigFile, ConfigNote, ConfigOutput, ConfigStep } from "./config-output.ts";
import { formatMirrorSets, mirrorSourcePolicies } from "./mirror-set.ts";
import { mergePullSecret } from "./merge-pull-secret.ts";
import { pauseImage, type MirroredImage } from "./mirrored-image.ts";
import { listMisplacedForWindows, makeMirrorSets } from "./openshift-mirrors.ts";
import { formatTrustConfigMap, formatTrustPatch, openShiftConfigNamespace } from "./openshift-trust.ts";
import { registryHost } from "./registry-fields.ts";

/** `host[:port]/repository` as the API takes it. */
const location = z
  .string()
  .max(512)
  .regex(
    /^(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+$/,
  );
const mirroredImage = z.object({
  source: location,
  targets: z.array(location).max(20),
  tags: z.array(z.string().regex(/^\w[\w.-]{0,127}$/)).max(10_000),
  digests: z.array(z.string().regex(/^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/)).max(10_000),
}) satisfies z.ZodType<MirroredImage>;

/** What an OpenShift cluster is to be told. */
export const openShiftInput = z.strictObject({
  /** Of the objects; parts of other names, too. */
  name: labelName,
  images: z.array(mirroredImage).max(5_000),
  /** Whether images are used by their tags, so that there is to be a set for tags. */
  includesTags: z.boolean(),
  /** Unset means that the source may be asked. */
  policy: z.enum(mirrorSourcePolicies).optional(),
  hasWindowsNodes: z.boolean(),
  /** Of each registry of the mirrors whose authority is not known to the nodes. */
  trust: z.array(z.strictObject({ registry: registryHost, certificates: certificateList.min(1) })).max(20),
  /** For the registries of the mirrors that want a sign-in. */
  credentials: z.array(credentialsInput.extend({ registry: registryHost })).max(20),
  /** The cluster's present `.dockerconfigjson`; the entries are added to it, and never written without it. */
  pullSecret: z.string().max(1_048_576).optional(),
});
export type OpenShiftInput = z.infer<typeof openShiftInput>;

export type OpenShiftStep =
  | "read-pull-secret"
  | "set-pull-secret"
  | "apply-trust"
  | "patch-image-config"
  | "apply-mirrors"
  | "watch-nodes"
  | "look-at-node";
export type OpenShiftNote =
  /** Facts: `sets` */
  | "nodes-roll"
  /** Nothing was mirrored by digest, or at all. */
  | "nothing-mirrored"
  /** Facts: `images`, how many have tags and no entry for them */
  | "tags-left-out"
  /** Facts: `image`, `target`, `expected` */
  | "windows-image-misplaced"
  /** Facts: `image` */
  | "windows-pause-missing"
  /** The present pull secret is to be given, with the entries that it has, so that nothing of it is lost. */
  | "pull-secret-needed"
  /** One is given, and nobody who signs in: nothing is to be added to it. */
  | "pull-secret-kept"
  /** Facts: `problem`, why the entries could not be added to the pull secret */
  | "pull-secret-unreadable"
  /** Facts: `registry`, whose entry was replaced */
  | "pull-secret-replaces"
  /** A ConfigMap that the cluster names already is no longer used then. Facts: `name` */
  | "trust-replaces";

const maxNotesOfKind = 20;

/** Mirror sets, trust and pull secret for an OpenShift cluster, in the order in which they are to be applied. */
export function generateOpenShift(input: OpenShiftInput): ConfigOutput<OpenShiftStep, OpenShiftNote> {
  const sets = makeMirrorSets(input.images, input);
  const files: ConfigFile[] = [];
  const steps: ConfigStep<OpenShiftStep>[] = [];
  const notes: ConfigNote<OpenShiftNote>[] = [];
  addPullSecret(input, { files, steps, notes });
  if (input.trust.length > 0) {
    const name = `${input.name}-registry-cas`;
    files.push(
      { path: "trusted-ca.yaml", content: formatTrustConfigMap(name, input.trust), isSecret: false },
      { path: "image-config-patch.yaml", content: formatTrustPatch(name), isSecret: false },
    );
    notes.push({ code: "trust-replaces", facts: { name } });
    steps.push(
      { code: "apply-trust", commands: ["oc apply -f trusted-ca.yaml"] },
      {
        code: "patch-image-config",
        commands: [
          "oc patch image.config.openshift.io/cluster --type merge --patch-file image-config-patch.yaml",
        ],
      },
    );
  }
  if (sets.length === 0) notes.push({ code: "nothing-mirrored", facts: {} });
  else {
    files.push({ path: "mirror-sets.yaml", content: formatMirrorSets(sets), isSecret: false });
    steps.push(
      { code: "apply-mirrors", commands: ["oc apply -f mirror-sets.yaml"] },
      { code: "watch-nodes", commands: ["oc get machineconfigpool", "oc get nodes"] },
      {
        code: "look-at-node",
        commands: ["oc debug node/NODE -- chroot /host cat /etc/containers/registries.conf"],
      },
    );
    notes.push({ code: "nodes-roll", facts: { sets: sets.length } });
  }
  return { files, steps, notes: [...notes, ...describeImages(input)] };
}

interface OutputParts {
  readonly files: ConfigFile[];
  readonly steps: ConfigStep<OpenShiftStep>[];
  readonly notes: ConfigNote<OpenShiftNote>[];
}

function addPullSecret(
  { credentials, pullSecret }: OpenShiftInput,
  { files, steps, notes }: OutputParts,
): void {
  if (credentials.length === 0) {
    if (pullSecret !== undefined && pullSecret.trim() !== "") {
      notes.push({ code: "pull-secret-kept", facts: {} });
    }
    return;
  }
  const secret = ["secret/pull-secret", "-n", openShiftConfigNamespace];
  steps.push({
    code: "read-pull-secret",
    commands: [
      `${formatCommand("oc", "get", ...secret)} --template='{{index .data ".dockerconfigjson" | base64decode}}' > pull-secret-before.json`,
    ],
  });
  const merged = mergePullSecret(pullSecret ?? "", credentials);
  if (!merged.ok) {
    const { problem } = merged;
    if (problem === "no-entries") notes.push({ code: "pull-secret-needed", facts: {} });
    else notes.push({ code: "pull-secret-unreadable", facts: { problem } });
    return;
  }
  files.push({ path: "pull-secret.json", content: merged.json, isSecret: true });
  steps.push({
    code: "set-pull-secret",
    commands: [
      formatCommand("oc", "set", "data", ...secret, "--from-file=.dockerconfigjson=pull-secret.json"),
    ],
  });
  for (const registry of merged.replaced) notes.push({ code: "pull-secret-replaces", facts: { registry } });
}

function describeImages({
  images,
  includesTags,
  hasWindowsNodes,
}: OpenShiftInput): readonly ConfigNote<OpenShiftNote>[] {
  const notes: ConfigNote<OpenShiftNote>[] = [];
  const leftOut = images.filter(({ tags }) => tags.length > 0).length;
  if (!includesTags && leftOut > 0) notes.push({ code: "tags-left-out", facts: { images: leftOut } });
  if (!hasWindowsNodes) return notes;
  for (const facts of listMisplacedForWindows(images).slice(0, maxNotesOfKind)) {
    notes.push({ code: "windows-image-misplaced", facts });
  }
  const hasPause = images.some(
    ({ source, tags, targets }) =>
      source === pauseImage.source &&
      tags.includes(pauseImage.tag) &&
      targets.some((target) => target.endsWith(`/${pauseImage.repository}`)),
  );
  if (!hasPause || !includesTags) {
    notes.push({ code: "windows-pause-missing", facts: { image: `${pauseImage.source}:${pauseImage.tag}` } });
  }
  return notes;
}
