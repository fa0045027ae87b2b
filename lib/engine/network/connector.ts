import type { OnReadOpts, Socket } from "node:net";
import { AddressPolicy, AddressRefused, type AddressPolicyMode } from "./address-policy.ts";
import { createTcpDial, effectivePort, type Dial, type Reach } from "./dial.ts";
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

/** Opens the connections of one transport. What TLS and proxies need is read when first used. */
export class Dialer {
  readonly #own: URL;
  readonly #options: DialOptions;
  readonly #policy: AddressPolicy;
  readonly #dials = new Map<string, Promise<Dial>>();
  #trust: Promise<TrustStore> | undefined;
  #route: Promise<ProxyRoute> | undefined;

  constructor(own: URL, options: DialOptions) {
    this.#own = own;
    this.#options = options;
    this.#policy = new AddressPolicy(
      own.hostname,
      options.addressPolicy ?? "guarded",
      options.connectTimeoutMs,
    );
  }

  /** Connects to a server, through the proxy where the rules say so. */
  async open(url: URL, onread: OnReadOpts): Promise<Socket> {
    const relation = this.#relate(url);
    try {
      const route = await this.#findRoute(url);
      if (route !== null) {
        const tunnel = await route.openTunnel(url);
        const dial = await this.#getDial(relation, url.protocol);
        return await dial(url, { tunnel });
      }
      await this.#admit(relation, url.hostname);
      const dial = await this.#getDial(relation, url.protocol);
      const socket = await dial(url, { onread });
      if (relation === "own" && socket.remoteAddress !== undefined) {
        this.#policy.connectedTo(socket.remoteAddress);
      }
      return socket;
    } catch (error) {
      throw explainRefusal(error, url.origin);
    }
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
      const { createTlsDial } = await import("./dial-tls.ts");
      const dial = createTlsDial(this.#getReach(relation), { rejectUnauthorized: false });
      (await dial(url, {})).destroy();
      return true;
    } catch {
      return false;
    }
  }

  async #admit(relation: Relation, hostname: string): Promise<void> {
    if (relation === "own") this.#policy.admitOwn(hostname);
    else await this.#policy.admitOther(hostname);
  }

  #getReach(relation: Relation): Reach {
    const { lookupOwn, lookupOther } = this.#policy;
    return {
      timeoutMs: this.#options.connectTimeoutMs,
      lookup: relation === "own" ? lookupOwn : lookupOther,
    };
  }

  #relate(url: URL): Relation {
    if (url.hostname !== this.#own.hostname) return "other";
    return effectivePort(url) === effectivePort(this.#own) ? "own" : "own-host";
  }

  /** Kept, since TLS sessions are resumed within a dial; never by one that shows a certificate to others. */
  #getDial(relation: Relation, protocol: string): Promise<Dial> {
    const key = `${relation} ${protocol}`;
    const dial = this.#dials.get(key) ?? this.#createDial(relation, protocol);
    this.#dials.set(key, dial);
    return dial;
  }

  async #createDial(relation: Relation, protocol: string): Promise<Dial> {
    const reach = this.#getReach(relation);
    if (protocol !== "https:") return createTcpDial(reach);
    const [trust, { createTlsDial }] = await Promise.all([this.#loadTrust(), import("./dial-tls.ts")]);
    return createTlsDial(reach, trust.getTerms(relation));
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
