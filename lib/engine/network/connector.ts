import type { OnReadOpts, Socket } from "node:net";
import { AddressPolicy, type AddressPolicyMode } from "./address-policy.ts";
import { createTcpDial, effectivePort, type Dial, type Reach } from "./dial.ts";
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

  /** Connects to a server, or to the proxy that forwards to it. @param route that `findRoute` has found for it */
  async open(url: URL, route: ProxyRoute | null, onread: OnReadOpts): Promise<Socket> {
    if (route?.forwards(url)) return route.open({ onread });
    const relation = this.#relate(url);
    if (route !== null) {
      // What can fail without the tunnel fails before it is there, since nobody would end it.
      const dial = await this.#getDial(relation, url.protocol);
      return dial(url, { tunnel: await route.openTunnel(url) });
    }
    await this.#admit(relation, url.hostname);
    const dial = await this.#getDial(relation, url.protocol);
    const socket = await dial(url, { onread });
    if (relation === "own" && socket.remoteAddress !== undefined) {
      this.#policy.connectedTo(socket.remoteAddress);
    }
    return socket;
  }

  /** Connects to the endpoint itself, directly or through the proxy, and leaves to the caller what is spoken there. */
  async openBare(): Promise<{ socket: Socket; proxied: boolean }> {
    const route = await this.findRoute(this.#own);
    if (route !== null) return { socket: await route.openTunnel(this.#own), proxied: true };
    await this.#admit("own", this.#own.hostname);
    return { socket: await createTcpDial(this.#getReach("own"))(this.#own, {}), proxied: false };
  }

  /** Whether the endpoint gets to see a client certificate there. */
  presentsCertificate(url: URL): boolean {
    return this.#options.clientCertificate !== undefined && url.origin === this.#own.origin;
  }

  /** The proxy that a request has to take, or null. @throws AddressRefused */
  async findRoute(url: URL): Promise<ProxyRoute | null> {
    const route = await this.#findRoute(url);
    if (route !== null) await this.#policy.admitThroughProxy(url.hostname, this.#relate(url) === "own");
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
    if (relation === "own") this.#policy.admitConfigured(hostname);
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
          admit: (hostname) => this.#policy.admitConfigured(hostname),
          loadTrust: () => this.#loadTrust(),
        }),
    );
    const route = await this.#route;
    return route.bypasses(url) ? null : route;
  }
}
