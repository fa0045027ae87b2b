import type { LookupFunction, Socket } from "node:net";
import type { Agent } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import { AddressPolicy, AddressRefused, type AddressPolicyMode } from "./address-policy.ts";
import { asError, dial, effectivePort, targetOf, type Connector, type Target } from "./dial.ts";
import { keepAnswers } from "./keep-answers.ts";
import { NetworkError } from "./network-error.ts";
import type { ProxyOptions, ProxyRoute } from "./proxy-route.ts";
import type { ClientCertificate, Relation, TrustStore } from "./tls-trust.ts";

/** How to reach and trust one endpoint. */
export interface DialOptions {
  /** PEM certificates trusted besides the system's, the proxy's included. */
  readonly caCertificates?: readonly string[];
  /** Accept any certificate from the endpoint's own host; other hosts it points to are verified all the same. */
  readonly skipVerify?: boolean;
  /** Shown to the endpoint's own host and port only. */
  readonly clientCertificate?: ClientCertificate;
  readonly proxy?: ProxyOptions;
  /** `guarded` unless given. */
  readonly addressPolicy?: AddressPolicyMode;
  /** For name resolution, TCP and TLS together; with a proxy, for the way to it and the way behind it each. */
  readonly connectTimeoutMs: number;
}

interface DialerOptions extends DialOptions {
  /** Limits of the connections that a proxy is sent plain requests on. */
  readonly agent: Omit<Agent.Options, "connect">;
}

interface Reach {
  readonly timeout: number;
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/** Before the next address of a name is tried. Node's quarter of a second gives up on hosts that are merely far. */
const autoSelectFamilyAttemptTimeout = 1_000;

/** Opens the connections of one transport. What TLS and proxies need is read when first used. */
export class Dialer {
  readonly #own: URL;
  readonly #options: DialerOptions;
  readonly #policy: AddressPolicy;
  readonly #connectors = new Map<string, Promise<Connector>>();
  readonly #endsOfUsed = new WeakSet<Error>();
  #trust: Promise<TrustStore> | undefined;
  #route: Promise<ProxyRoute> | undefined;

  constructor(own: URL, options: DialerOptions) {
    this.#own = own;
    this.#options = options;
    this.#policy = new AddressPolicy(
      own.hostname,
      options.addressPolicy ?? "guarded",
      options.connectTimeoutMs,
    );
  }

  /** For undici: the way to a server, through the proxy where the rules say so. */
  readonly connect: Connector = (target, callback) => {
    this.#open(target).then(
      (socket) => {
        const { bytesRead } = socket;
        socket.on("error", (error) => {
          if (socket.bytesRead > bytesRead) this.#endsOfUsed.add(error);
        });
        callback(null, keepAnswers(socket));
      },
      (error: unknown) => callback(asError(error), null),
    );
  };

  /** Whether an error is the end of a connection that had carried an answer before. */
  wasUsed(error: unknown): boolean {
    return error instanceof Error && this.#endsOfUsed.has(error);
  }

  /** Whether the endpoint gets to see a client certificate there. */
  presentsCertificate(url: URL): boolean {
    return this.#options.clientCertificate !== undefined && url.origin === this.#own.origin;
  }

  /** The proxy that a request has to take, or null. @throws NetworkError `address-refused` */
  async findRoute(url: URL): Promise<ProxyRoute | null> {
    const route = await this.#findRoute(url);
    if (route === null) return null;
    try {
      await this.#policy.admitThroughProxy(url.hostname, this.#relate(url) === "own");
    } catch (error) {
      throw explainRefusal(error, url.origin);
    }
    return route;
  }

  /** Whether a TLS server answers where plain HTTP was tried; its certificate does not matter. */
  async speaksTls(url: URL): Promise<boolean> {
    // Behind a proxy there is no telling whose words were odd.
    if ((await this.#findRoute(url)) !== null) return false;
    const relation = this.#relate(url);
    try {
      await this.#admit(relation, url.hostname);
      const connector = buildConnector({ ...this.#getReach(relation), rejectUnauthorized: false });
      (await dial(connector, targetOf(url, "https:"))).destroy();
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    const route = await this.#route?.catch(() => undefined);
    await route?.close();
  }

  async #open(target: Target): Promise<Socket> {
    const url = new URL(`${target.protocol}//${target.host ?? target.hostname}`);
    const relation = this.#relate(url);
    try {
      const route = await this.#findRoute(url);
      if (route !== null) {
        const httpSocket = await route.openTunnel(url);
        return await dial(await this.#getConnector(relation, target.protocol), { ...target, httpSocket });
      }
      await this.#admit(relation, target.hostname);
      const socket = await dial(await this.#getConnector(relation, target.protocol), target);
      if (relation === "own" && socket.remoteAddress !== undefined) {
        this.#policy.connectedTo(socket.remoteAddress);
      }
      return socket;
    } catch (error) {
      throw explainRefusal(error, url.origin);
    }
  }

  async #admit(relation: Relation, hostname: string): Promise<void> {
    if (relation === "own") this.#policy.admitOwn(hostname);
    else await this.#policy.admitOther(hostname);
  }

  #getReach(relation: Relation): Reach {
    const { lookupOwn, lookupOther } = this.#policy;
    return {
      timeout: this.#options.connectTimeoutMs,
      lookup: relation === "own" ? lookupOwn : lookupOther,
      autoSelectFamilyAttemptTimeout,
    };
  }

  #relate(url: URL): Relation {
    if (url.hostname !== this.#own.hostname) return "other";
    return effectivePort(url) === effectivePort(this.#own) ? "own" : "own-host";
  }

  /** Kept, since TLS sessions are resumed within a connector; never by one that shows a certificate to others. */
  #getConnector(relation: Relation, protocol: string): Promise<Connector> {
    const key = `${relation} ${protocol}`;
    const connector = this.#connectors.get(key) ?? this.#buildConnector(relation, protocol);
    this.#connectors.set(key, connector);
    return connector;
  }

  async #buildConnector(relation: Relation, protocol: string): Promise<Connector> {
    const reach = this.#getReach(relation);
    if (protocol !== "https:") return buildConnector(reach);
    const trust = await this.#loadTrust();
    return buildConnector({ ...reach, ...trust.getTerms(relation) });
  }

  #loadTrust(): Promise<TrustStore> {
    this.#trust ??= import("./tls-trust.ts").then(
      ({ TrustStore }) => new TrustStore(this.#own.origin, this.#options),
    );
    return this.#trust;
  }

  async #findRoute(url: URL): Promise<ProxyRoute | null> {
    const { proxy } = this.#options;
    if (proxy === undefined) return null;
    this.#route ??= import("./proxy-route.ts").then(
      ({ ProxyRoute }) =>
        new ProxyRoute(proxy, {
          timeoutMs: this.#options.connectTimeoutMs,
          lookup: this.#policy.lookupProxy,
          loadTrust: () => this.#loadTrust(),
          agent: this.#options.agent,
        }),
    );
    const route = await this.#route;
    return route.bypasses(url) ? null : route;
  }
}

function explainRefusal(error: unknown, origin: string): unknown {
  if (!(error instanceof AddressRefused)) return error;
  const { address, code: platformCode } = error;
  return new NetworkError("address-refused", { origin, retryable: false, platformCode, address }, error);
}
