import { clusterFolders } from "../vcd/resolved-paths.ts";
import { abortError } from "#lib/engine/network/abort-error.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { askApi } from "./ask-api.ts";
import { askCloudDirector } from "./ask-cloud-director.ts";
import { askHarbor } from "./ask-harbor.ts";
import { askToken } from "./ask-token.ts";
import { compareClocks } from "./compare-clocks.ts";
import type { DoctorOptions, DoctorQuestion } from "./doctor-question.ts";
import { type DoctorStep, doctorSteps } from "./doctor-step.ts";
import { findInventory } from "./find-inventory.ts";
import { findRemedy } from "./find-remedy.ts";
import type { Finding } from "./finding.ts";
import type { FindingFacts } from "./finding-facts.ts";
import { judgeDisks } from "./judge-disks.ts";
import { judgeTrust, listsOf } from "./judge-trust.ts";
import { knownRepositories } from "./known-images.ts";
import { lookUpHost } from "./look-up-host.ts";
import { makeFinding } from "./make-finding.ts";
import { pullImages } from "./pull-images.ts";
import { reachHost } from "./reach-host.ts";
import { seeProtocol } from "./see-protocol.ts";
import { seeTls } from "./see-tls.ts";
import { tryProxy } from "./try-proxy.ts";
import { tryPush } from "./try-push.ts";
import { Walk, type Judgement, type StepRun } from "./walk.ts";

/** What each step builds on: it is skipped when one of these has failed. */
const needs: Readonly<Record<DoctorStep, readonly DoctorStep[]>> = {
  dns: [],
  reach: ["dns"],
  proxy: [],
  protocol: ["dns", "reach", "proxy"],
  tls: ["protocol"],
  trust: ["tls"],
  remedy: ["trust"],
  api: ["protocol", "tls"],
  clock: ["protocol", "tls"],
  authentication: ["api"],
  harbor: ["api"],
  images: ["api", "authentication"],
  "plugin-inventory": ["api", "authentication", "images"],
  push: ["api"],
  disk: [],
  "cloud-director": [],
};

type SkipReason = FindingFacts["skipped"]["reason"];

/**
 * Walks from this machine to a pulled manifest and tells of each step what is seen, in the order of `doctorSteps`; a step
 * after one that it builds on, and that has failed, is skipped. Nothing is changed anywhere: the permission to push is
 * tried by an upload that is called off. All but that, and what Harbor tells only to who is signed in, is asked without
 * signing in, as clusters ask; where this panel does not trust the server, unverified.
 *
 * Never throws for what it finds.
 *
 * @throws an Error named `AbortError` when the signal fires
 */
export async function* examine(
  question: DoctorQuestion,
  options: DoctorOptions = {},
): AsyncGenerator<Finding, void, undefined> {
  const calledOff = options.signal;
  const timer = new AbortController();
  const signal = calledOff === undefined ? timer.signal : AbortSignal.any([timer.signal, calledOff]);
  const walk = new Walk(question, options, signal);
  const timeout = setTimeout(() => timer.abort(), walk.limits.totalTimeoutMs);
  const steps = new Steps(walk);
  /** What keeps others from a step: the step at which it began. */
  const blocked = new Map<DoctorStep, DoctorStep>();
  let endedAt: DoctorStep | undefined;
  try {
    for (const step of doctorSteps) {
      if (calledOff?.aborted) throw abortError(calledOff.reason);
      options.onStep?.(step);
      const needed = needs[step].find((each) => blocked.has(each));
      const by = endedAt ?? (needed === undefined ? undefined : blocked.get(needed));
      if (by !== undefined) {
        blocked.set(step, by);
        yield skip(step, "failed", by);
        continue;
      }
      try {
        if (!(yield* steps.run(step))) blocked.set(step, step);
      } catch (error) {
        // What time has ended is no failure of the step's own.
        if (!timer.signal.aborted || calledOff?.aborted) throw error;
      }
      if (timer.signal.aborted) {
        endedAt = step;
        yield makeFinding(step, "time-over", { limitMs: walk.limits.totalTimeoutMs });
      }
    }
  } finally {
    clearTimeout(timeout);
    await steps.close();
  }
}

const skip = (step: DoctorStep, reason: SkipReason, by: DoctorStep | null = null): Finding =>
  makeFinding(step, "skipped", { by, reason });

class Steps {
  readonly #walk: Walk;
  #client: RegistryClient | null = null;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  run(step: DoctorStep): StepRun | Judgement {
    const walk = this.#walk;
    switch (step) {
      case "dns":
        return this.#lookUp();
      case "reach":
        return this.#reach();
      case "proxy":
        return tryProxy(walk, walk.place, step);
      case "protocol":
        return seeProtocol(walk);
      case "tls":
        return this.#seeTls();
      case "trust":
        return this.#judgeTrust();
      case "remedy":
        return this.#findRemedy();
      case "api":
        return this.#askApi();
      case "clock":
        return this.#compareClocks();
      case "authentication":
        return askToken(walk, walk.below(knownRepositories.tkg[0] ?? ""));
      case "harbor":
        return askHarbor(
          walk,
          clusterFolders.map((folder) => walk.below(`${folder}/any`)),
        );
      case "images":
        return pullImages(walk, this.#open());
      case "plugin-inventory":
        return findInventory(walk, this.#open());
      case "push":
        return this.#push();
      case "disk":
        return this.#judgeDisks();
      case "cloud-director":
        return this.#askCloudDirector();
    }
  }

  /** Without credentials, as clusters pull. */
  #open(): RegistryClient {
    const { registryConnection, plainHttp, question } = this.#walk;
    this.#client ??= createRegistryClient({
      ...registryConnection,
      registry: question.registry.registry,
      plainHttp,
    });
    return this.#client;
  }

  async *#lookUp(): StepRun {
    const addresses = yield* lookUpHost(this.#walk, this.#walk.place, "dns");
    this.#walk.addresses = addresses ?? [];
    return addresses !== null;
  }

  async *#reach(): StepRun {
    const { place, addresses } = this.#walk;
    if (place.proxy === null) return yield* reachHost(this.#walk, place, addresses, "reach");
    yield skip("reach", "not-needed");
    return true;
  }

  *#seeTls(): Judgement {
    const { handshake, place, limits, plainHttp } = this.#walk;
    if (plainHttp || handshake === null) {
      yield skip("tls", "not-needed");
      return true;
    }
    this.#walk.agrees = yield* seeTls(handshake, place, limits.slowAfterMs, "tls");
    // Certificates are judged also where no connection would come about.
    return handshake.chain !== null;
  }

  *#judgeTrust(): Judgement {
    const presented = this.#walk.handshake?.chain?.certificates;
    if (presented === undefined) {
      yield skip("trust", "not-needed");
      return true;
    }
    const server = { host: this.#walk.place.host, presented };
    this.#walk.diagnoses = yield* judgeTrust(this.#walk, server, listsOf(this.#walk), "trust");
    this.#walk.verified = this.#walk.diagnoses.get("panel")?.trusted === true;
    return true;
  }

  *#findRemedy(): Judgement {
    const remedies = [...findRemedy(this.#walk)];
    if (remedies.length === 0) yield skip("remedy", "not-needed");
    yield* remedies;
    return true;
  }

  async *#askApi(): StepRun {
    if (this.#walk.agrees) return yield* askApi(this.#walk);
    yield skip("api", "failed", "tls");
    return false;
  }

  *#compareClocks(): Judgement {
    if (this.#walk.answer !== null) return yield* compareClocks(this.#walk);
    yield skip("clock", "failed", this.#walk.agrees ? "api" : "tls");
    return true;
  }

  async *#push(): StepRun {
    const { credentials } = this.#walk.question;
    if (credentials !== undefined && this.#walk.maySignIn) return yield* tryPush(this.#walk, credentials);
    yield skip("push", credentials === undefined ? "not-asked" : "unverified");
    return true;
  }

  *#judgeDisks(): Judgement {
    const { disks = [] } = this.#walk.question;
    if (disks.length > 0) return yield* judgeDisks(disks);
    yield skip("disk", "not-asked");
    return true;
  }

  async *#askCloudDirector(): StepRun {
    const { cloudDirector } = this.#walk.question;
    if (cloudDirector !== undefined) return yield* askCloudDirector(this.#walk, cloudDirector);
    yield skip("cloud-director", "not-asked");
    return true;
  }
}
