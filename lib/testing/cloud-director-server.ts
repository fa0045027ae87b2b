import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { listen, type ListenerTls } from "./memory-registry/listener.ts";

export interface CloudDirectorOptions {
  readonly tls: ListenerTls;
  readonly apiToken: string;
  /** Name of the tenant that the token is of; null for the provider. */
  readonly organization?: string | null;
  /** Of the API, and which are deprecated. */
  readonly versions?: readonly string[];
  readonly deprecated?: readonly string[];
  /** Whether `GET /api/versions` knows JSON. */
  readonly speaksJson?: boolean;
  /** Texts of defined entities, as they are answered. */
  readonly entities?: readonly string[];
  /** Whether the account has the right `vmware:VCDKEConfig: View`, or an organization's without it. */
  readonly mayView?: boolean;
}

/**
 * A Cloud Director with an API token and entities of `vmware:VCDKEConfig`, and nothing else. It answers as
 * https://developer.broadcom.com/xapis/vmware-cloud-director-openapi/latest/ describes, to the requests that
 * `govcd/api_token.go` and `govcd/defined_entity.go` of https://github.com/vmware/go-vcloud-director make, and holds
 * requests against that.
 */
export interface CloudDirectorServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `METHOD target`, in the order in which they came. */
  readonly requests: readonly string[];
  /** What requests had that the description does not allow, or that could change something. */
  readonly violations: readonly string[];
  /** Lets another answer in its place the next time that a target fits. */
  befall(target: RegExp, listener: RequestListener): void;
  close(): Promise<void>;
}

interface ListedEntity {
  readonly id: string;
  readonly name: string;
}

const accessToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbmlzdHJhdG9yIn0.c2lnbmF0dXJl";
const maxPageSize = 128;

export async function startCloudDirectorServer(options: CloudDirectorOptions): Promise<CloudDirectorServer> {
  const director = new FollowedDirector(options);
  const befalls: { target: RegExp; listener: RequestListener }[] = [];
  const listener = await listen(
    (request, response) => {
      director.requests.push(`${request.method} ${request.url}`);
      const next = befalls.findIndex(({ target }) => target.test(`${request.method} ${request.url}`));
      const [befall] = next === -1 ? [] : befalls.splice(next, 1);
      if (befall) befall.listener(request, response);
      else void director.handle(request, response);
    },
    { tls: options.tls },
  );
  return Object.assign(director, {
    host: listener.host,
    befall: (target: RegExp, befallListener: RequestListener) =>
      void befalls.push({ target, listener: befallListener }),
    close: () => listener.close(),
  });
}

class FollowedDirector {
  readonly requests: string[] = [];
  readonly violations: string[] = [];
  readonly #options: CloudDirectorOptions;
  readonly #versions: readonly string[];

  constructor(options: CloudDirectorOptions) {
    this.#options = options;
    this.#versions = options.versions ?? ["36.3", "37.2", "38.1"];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://vcd");
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    if (url.pathname === "/api/versions") {
      this.#answerVersions(request, response);
    } else if (url.pathname.startsWith("/oauth/")) {
      this.#answerToken(request, response, url, body);
    } else if (this.#isSignedIn(request, response)) {
      this.#answerEntities(request, response, url);
    }
  }

  #answerVersions(request: IncomingMessage, response: ServerResponse): void {
    const { speaksJson = true, deprecated = ["36.3"] } = this.#options;
    if (request.headers.authorization !== undefined) this.violations.push("a sign-in for /api/versions");
    if (speaksJson && request.headers.accept === "application/*+json") {
      const versionInfo = this.#versions.map((version) => ({
        version,
        loginUrl: "https://vcd.example.com/api/sessions",
        mediaTypeMapping: [],
        any: [],
        deprecated: deprecated.includes(version),
        otherAttributes: {},
      }));
      response.setHeader("content-type", "application/*+json");
      response.end(JSON.stringify({ versionInfo, any: [], otherAttributes: {} }));
      return;
    }
    const infos = this.#versions.map(
      (version) =>
        `<VersionInfo deprecated="${deprecated.includes(version)}"><Version>${version}</Version>` +
        "<LoginUrl>https://vcd.example.com/api/sessions</LoginUrl></VersionInfo>",
    );
    response.setHeader("content-type", "text/xml");
    response.end(
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n` +
        `<SupportedVersions xmlns="http://www.vmware.com/vcloud/versions">${infos.join("")}</SupportedVersions>`,
    );
  }

  #answerToken(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const { organization = null, apiToken } = this.#options;
    const path = organization === null ? "/oauth/provider/token" : `/oauth/tenant/${organization}/token`;
    if (
      request.method !== "POST" ||
      request.headers["content-type"] !== "application/x-www-form-urlencoded"
    ) {
      this.violations.push(`a token asked for by ${request.method}`);
    }
    if (url.search !== "") this.violations.push("a token in an address");
    if (decodeURIComponent(url.pathname) !== path) {
      refuse(response, 404, "NOT_FOUND");
      return;
    }
    const form = new URLSearchParams(body);
    response.setHeader("content-type", "application/json");
    if (form.get("grant_type") === "refresh_token" && form.get("refresh_token") === apiToken) {
      response.end(
        JSON.stringify({
          access_token: accessToken,
          token_type: "Bearer",
          expires_in: 2_592_000,
          refresh_token: null,
        }),
      );
    } else {
      response
        .writeHead(400)
        .end(JSON.stringify({ error: "invalid_grant", error_description: "Invalid token" }));
    }
  }

  #isSignedIn(request: IncomingMessage, response: ServerResponse): boolean {
    const version = /^application\/json;version=(?<version>[\d.]+)$/.exec(request.headers.accept ?? "");
    if (request.headers.authorization !== `Bearer ${accessToken}`) refuse(response, 401, "UNAUTHORIZED");
    else if (!this.#versions.includes(version?.groups?.version ?? ""))
      refuse(response, 406, "NOT_ACCEPTABLE");
    else return true;
    return false;
  }

  #answerEntities(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const { mayView = true, entities = [] } = this.#options;
    const parsed = entities.map((text) => ({ text, ...(JSON.parse(text) as ListedEntity) }));
    if (request.method !== "GET") this.violations.push(`${request.method} ${url.pathname}`);
    if (url.searchParams.has("entityVersion")) this.violations.push("an entity converted to another version");
    response.setHeader("content-type", "application/json;version=38.1");
    if (url.pathname === "/cloudapi/1.0.0/entities/types/vmware/VCDKEConfig") {
      const [page, pageSize] = [
        Number(url.searchParams.get("page")),
        Number(url.searchParams.get("pageSize")),
      ];
      const name = /^name==(?<name>[\w-]+)$/.exec(url.searchParams.get("filter") ?? "")?.groups?.name;
      if (page < 1 || pageSize < 1 || pageSize > maxPageSize || name === undefined) {
        refuse(response, 400, "BAD_REQUEST");
        return;
      }
      const found = mayView ? parsed.filter((entity) => entity.name === name) : [];
      const texts = found.slice((page - 1) * pageSize, page * pageSize).map(({ text }) => text);
      const pageCount = Math.ceil(found.length / pageSize);
      response.end(
        `{"resultTotal":${found.length},"pageCount":${pageCount},"page":${page},"pageSize":${pageSize},` +
          `"associations":null,"values":[${texts.join(",")}]}`,
      );
      return;
    }
    const id = decodeURIComponent(url.pathname.replace("/cloudapi/1.0.0/entities/", ""));
    const entity = mayView ? parsed.find((each) => each.id === id) : undefined;
    if (!entity) {
      refuse(response, 403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN");
      return;
    }
    response.setHeader("etag", '"42"');
    response.end(entity.text);
  }
}

/** `Error` of the description. */
function refuse(response: ServerResponse, status: number, minorErrorCode: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ minorErrorCode, message: `[ 7b1c ] ${minorErrorCode}`, stackTrace: null }));
}
