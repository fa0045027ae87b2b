import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { checklistEnvironments, listChecklist } from "#lib/domain/cluster-config/checklists.ts";
import { clusterClassNotes, clusterClassSteps } from "#lib/domain/cluster-config/cluster-class.ts";
import type {
  ContainerdHostsNote,
  ContainerdHostsStep,
} from "#lib/domain/cluster-config/containerd-hosts.ts";
import { csePatchNotes, csePatchSteps } from "#lib/domain/cluster-config/cse-patch.ts";
import type { DockerCertsNote, DockerCertsStep } from "#lib/domain/cluster-config/docker-certs.ts";
import type { MergedPullSecret } from "#lib/domain/cluster-config/merge-pull-secret.ts";
import type { HostsTomlNote, HostsTomlStep } from "#lib/domain/cluster-config/hosts-toml-guide.ts";
import type { OpenShiftNote, OpenShiftStep } from "#lib/domain/cluster-config/openshift.ts";
import type {
  PodmanRegistriesNote,
  PodmanRegistriesStep,
} from "#lib/domain/cluster-config/podman-registries.ts";
import {
  supervisorClusterNotes,
  supervisorClusterSteps,
} from "#lib/domain/cluster-config/supervisor-cluster.ts";
import {
  tanzuKubernetesClusterNotes,
  tanzuKubernetesClusterSteps,
} from "#lib/domain/cluster-config/tanzu-kubernetes-cluster.ts";
import { tkgManagementNotes, tkgManagementSteps } from "#lib/domain/cluster-config/tkg-management.ts";
import { tkgServiceNotes, tkgServiceSteps } from "#lib/domain/cluster-config/tkg-service.ts";
import { workloadNotes, workloadSteps } from "#lib/domain/cluster-config/workload.ts";
import { listMessageArguments } from "#lib/testing/message-arguments.ts";
import { createConfigGuideText } from "./config-guide-text.ts";
import type { DynamicTranslator } from "./error-text.ts";
import { type Locale, locales } from "./locales.ts";
import { loadMessages } from "./messages.ts";

/** The codes of a union, which the compiler keeps complete. */
const codesOf = <Code extends string>(codes: Record<Code, true>) => Object.keys(codes);

const steps: Readonly<Record<string, readonly string[]>> = {
  "tkg-management": tkgManagementSteps,
  "tkg-service": tkgServiceSteps,
  "cluster-class": clusterClassSteps,
  "supervisor-cluster": supervisorClusterSteps,
  "tanzu-kubernetes-cluster": tanzuKubernetesClusterSteps,
  workload: workloadSteps,
  cse: csePatchSteps,
  openshift: codesOf<OpenShiftStep>({
    ...{ "read-pull-secret": true, "set-pull-secret": true, "apply-trust": true, "patch-image-config": true },
    ...{ "apply-mirrors": true, "watch-nodes": true, "look-at-node": true },
  }),
  "hosts-toml": codesOf<HostsTomlStep>({ "copy-files": true, "set-config-path": true, "pull-to-try": true }),
  containerd: codesOf<ContainerdHostsStep>({
    ...{ "copy-files": true, "set-config-path": true, "restart-containerd": true, "pull-to-try": true },
  }),
  docker: codesOf<DockerCertsStep>({
    ...{ "copy-certificates": true, "merge-daemon-json": true, "restart-docker": true, "pull-to-try": true },
  }),
  podman: codesOf<PodmanRegistriesStep>({ "copy-files": true, "pull-to-try": true }),
};

const notes: Readonly<Record<string, readonly string[]>> = {
  "tkg-management": tkgManagementNotes,
  "tkg-service": tkgServiceNotes,
  "cluster-class": clusterClassNotes,
  "supervisor-cluster": supervisorClusterNotes,
  "tanzu-kubernetes-cluster": tanzuKubernetesClusterNotes,
  workload: workloadNotes,
  cse: csePatchNotes,
  openshift: codesOf<OpenShiftNote>({
    ...{ "nodes-roll": true, "nothing-mirrored": true, "tags-left-out": true },
    ...{ "windows-image-misplaced": true, "windows-pause-missing": true, "pull-secret-needed": true },
    ...{ "pull-secret-kept": true },
    ...{ "pull-secret-unreadable": true, "pull-secret-replaces": true, "trust-replaces": true },
  }),
  "hosts-toml": codesOf<HostsTomlNote>({ "made-by-operator": true, "no-certificates": true }),
  containerd: codesOf<ContainerdHostsNote>({
    ...{ "source-is-asked-last": true, "source-is-never-asked": true },
    ...{ "ctr-needs-hosts-dir": true, "no-credentials": true },
  }),
  docker: codesOf<DockerCertsNote>({
    ...{ "docker-mirrors-hub-only": true, "docker-mirror-without-path": true, "docker-asks-hub-last": true },
  }),
  podman: codesOf<PodmanRegistriesNote>({
    ...{ "source-is-asked-last": true, "source-is-never-asked": true, "pull-kind-needs-version": true },
  }),
};

const kinds = Object.keys(steps);

/** Of each note that has facts; those of one code have the same in every kind. */
const samples: Readonly<Record<string, Record<string, string | number>>> = {
  "anonymous-pull": { host: "harbor.lab" },
  "both-lists": { count: 2 },
  "docker-mirror-without-path": { registry: "harbor.lab", base: "mirror" },
  "docker-mirrors-hub-only": { host: "quay.io", name: "harbor.lab/mirror/IMAGE:TAG" },
  "encoding-by-version": { encoding: "base64-twice" },
  "folder-added": { path: "harbor.lab/tkg" },
  "list-is-replaced": { count: 1 },
  "names-agree": { secret: "lab-user-trusted-ca-secret", namespace: "tenant" },
  "nodes-roll": { sets: 2 },
  "proxy-takes-registry": { host: "harbor.lab" },
  "pull-kind-needs-version": { pullBy: "digest-only" },
  "pull-secret-replaces": { registry: "harbor.lab" },
  "pull-secret-unreadable": { problem: "not-json" },
  "same-namespace": { namespace: "default" },
  "several-in-one-file": { count: 2, path: "/etc/ssl/certs/tkg-custom-ca.pem" },
  "signature-not-checked": { image: "harbor.lab/tanzu_cli/plugins/plugin-inventory:latest" },
  "source-is-asked-last": { host: "quay.io" },
  "source-is-never-asked": { host: "quay.io" },
  "tags-left-out": { images: 3 },
  "trust-replaces": { name: "lab-registry-cas" },
  "verification-off": { host: "harbor.lab" },
  "windows-image-misplaced": { image: "quay.io/a", target: "harbor.lab/b/a", expected: "harbor.lab/a" },
  "windows-pause-missing": { image: "mcr.microsoft.com/oss/kubernetes/pause:3.9" },
};

/** Of one without entries the note `pull-secret-needed` tells. */
type UnreadableProblem = Exclude<Extract<MergedPullSecret, { ok: false }>["problem"], "no-entries">;
const pullSecretProblems = codesOf<UnreadableProblem>({
  ...{ "too-large": true, "not-json": true, "wrong-shape": true, "user-with-colon": true },
});

async function open(locale: Locale) {
  const all = await loadMessages(locale);
  const failures: string[] = [];
  const translate = createTranslator({
    locale,
    messages: all,
    namespace: "configGuides",
    onError: (error) => failures.push(error.message),
  }) as unknown as DynamicTranslator;
  return { messages: all.configGuides, failures, text: createConfigGuideText(translate) };
}

const sorted = (codes: Iterable<string>) => [...codes].toSorted();
const keysOf = (groups: Record<string, object>) =>
  Object.fromEntries(Object.entries(groups).map(([kind, texts]) => [kind, sorted(Object.keys(texts))]));
const codesBy = (groups: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(groups).map(([kind, codes]) => [kind, sorted(codes)]));

describe.each(locales)("the guides in %s", (locale) => {
  it("have their sentences, and there are no others", async () => {
    const { messages } = await open(locale);
    expect(sorted(Object.keys(messages.kinds))).toEqual(sorted(kinds));
    expect(keysOf(messages.steps)).toEqual(codesBy(steps));
    expect(keysOf(messages.notes)).toEqual(codesBy(notes));
    expect(sorted(Object.keys(messages.problems["pull-secret-unreadable"]))).toEqual(
      sorted(pullSecretProblems),
    );
    expect(sorted(Object.keys(messages.checklists))).toEqual(sorted(checklistEnvironments));
    const items = new Set(checklistEnvironments.flatMap((environment) => listChecklist(environment)));
    expect(sorted(Object.keys(messages.items))).toEqual(sorted(items));
  });

  it("name facts that the notes have, and nothing else", async () => {
    const { messages } = await open(locale);
    for (const texts of Object.values<Record<string, string>>(messages.notes)) {
      for (const [code, message] of Object.entries(texts)) {
        const facts = Object.keys(samples[code] ?? {});
        expect([code, listMessageArguments(message).filter((name) => !facts.includes(name))]).toEqual([
          code,
          [],
        ]);
      }
    }
    const plain = [messages.steps, messages.kinds]
      .flatMap((groups) => Object.values<Record<string, string>>(groups))
      .flatMap((texts) => Object.values(texts));
    for (const message of [...plain, ...Object.values(messages.items)]) {
      expect(listMessageArguments(message)).toEqual([]);
    }
  });

  it("are told with their facts and without them", async () => {
    const { text, failures } = await open(locale);
    const told = [
      ...kinds.flatMap((kind) => Object.values(text.kind(kind))),
      ...Object.entries(steps).flatMap(([kind, codes]) => codes.map((code) => text.step(kind, { code }))),
      ...Object.entries(notes).flatMap(([kind, codes]) =>
        codes.flatMap((code) => [
          text.note(kind, { code, facts: samples[code] ?? {} }),
          text.note(kind, { code, facts: {} }),
        ]),
      ),
      ...checklistEnvironments.flatMap((environment) => [
        text.checklist(environment),
        ...listChecklist(environment).map((item) => text.checklistItem(item)),
      ]),
    ];
    const raw = told.filter((each) => each === "" || /undefined|configGuides|\{\w/.test(each));
    expect(raw).toEqual([]);
    expect(failures).toEqual([]);
  });
});

describe("a guide's text", () => {
  it("names what the facts name", async () => {
    const { text } = await open("en");
    expect(text.note("openshift", { code: "pull-secret-unreadable", facts: { problem: "too-large" } })).toBe(
      "The entries could not be added to the pull secret: it is too large.",
    );
    expect(text.note("podman", { code: "source-is-asked-last", facts: { host: "quay.io" } })).toBe(
      "What the registry does not have is asked of quay.io.",
    );
    const once = text.note("tanzu-kubernetes-cluster", {
      code: "encoding-by-version",
      facts: { encoding: "base64" },
    });
    expect(once).toContain("in base64 once");
  });

  it("admits what it does not know", async () => {
    const { text } = await open("en");
    const unknown = "later: this version does not know what that means.";
    expect(text.step("openshift", { code: "later" })).toBe(unknown);
    expect(text.note("later", { code: "later", facts: {} })).toBe(unknown);
    expect(text.checklistItem("later")).toBe(unknown);
    expect(text.kind("later").title).toBe("later");
  });
});
