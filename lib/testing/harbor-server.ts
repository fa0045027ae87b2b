import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  findAccount,
  mayCreate,
  maySee,
  type HarborAccount,
  type HarborProject,
} from "./harbor-server-access.ts";
import {
  checkAnswer,
  checkRequest,
  findOperation,
  type AskedOperation,
  type DescribedAnswer,
  type DescribedRequest,
} from "./harbor-server-description.ts";
import { listen, type ListenerTls } from "./memory-registry/listener.ts";

export interface HarborServerOptions {
  readonly accounts?: readonly HarborAccount[];
  readonly projects?: readonly Partial<HarborProject>[];
  readonly projectCreation?: "everyone" | "adminonly";
  readonly readOnly?: boolean;
  /** As versions up to 2.12 do. */
  readonly tellsVersionToAll?: boolean;
  readonly tls?: ListenerTls;
}

/**
 * A Harbor with projects and accounts and nothing else: it answers as the source of Harbor does, and holds every request
 * and its own answers against Harbor's API description.
 */
export interface HarborServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly projects: ReadonlyMap<string, HarborProject>;
  /** `METHOD target as NAME`, in the order in which they came; NAME is `-` where nobody is signed in. */
  readonly requests: readonly string[];
  /** How many requests had credentials that are wrong. */
  readonly failedSignIns: number;
  /** What requests or answers had that Harbor's description does not allow. */
  readonly violations: readonly string[];
  /** Lets another answer in its place the next time that a target fits. */
  befall(target: RegExp, listener: RequestListener): void;
  close(): Promise<void>;
}

const version = "v2.15.0-demo";
const legalName = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const maxNameLength = 255;

export async function startHarborServer(options: HarborServerOptions = {}): Promise<HarborServer> {
  const harbor = new FollowedHarbor(options);
  const befalls: { target: RegExp; listener: RequestListener }[] = [];
  const listener = await listen(
    (request, response) => {
      const next = befalls.findIndex(({ target }) => target.test(`${request.method} ${request.url}`));
      const [befall] = next === -1 ? [] : befalls.splice(next, 1);
      if (befall) befall.listener(request, response);
      else void harbor.handle(request, response);
    },
    { tls: options.tls },
  );
  return Object.assign(harbor, {
    host: listener.host,
    befall: (target: RegExp, befallListener: RequestListener) =>
      void befalls.push({ target, listener: befallListener }),
    close: () => listener.close(),
  });
}

class FollowedHarbor {
  readonly projects = new Map<string, HarborProject>();
  readonly requests: string[] = [];
  readonly violations: string[] = [];
  failedSignIns = 0;
  readonly #options: HarborServerOptions;

  constructor(options: HarborServerOptions) {
    this.#options = options;
    for (const project of options.projects ?? []) this.#add({ name: "library", ...project });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", headers, url: target = "" } = request;
    const url = new URL(target, "http://harbor");
    const asked: DescribedRequest = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
    const account = findAccount(this.#options.accounts ?? [], headers.authorization);
    if (account === null && headers.authorization !== undefined) this.failedSignIns++;
    this.requests.push(`${method} ${target} as ${account?.name ?? "-"}`);
    const answer = this.#answer(asked, account);
    response.writeHead(answer.status, answer.headers).end(method === "HEAD" ? "" : answer.body);
  }

  #answer(request: DescribedRequest, account: HarborAccount | null): DescribedAnswer {
    const operation = findOperation(request);
    if (operation === null) {
      this.violations.push(`nothing is described at ${request.method} ${request.url.pathname}`);
      return fail(404, "NOT_FOUND", `path ${request.url.pathname} was not found`);
    }
    this.violations.push(...checkRequest(operation, request));
    const answer = this.#run(operation, request, account);
    this.violations.push(...checkAnswer(operation, answer));
    return answer;
  }

  #run(asked: AskedOperation, request: DescribedRequest, account: HarborAccount | null): DescribedAnswer {
    // src/server/middleware/csrf/csrf.go: who brings a session has to bring a token, too.
    const session = /\bsid=/.test(request.headers.cookie?.toString() ?? "");
    const changes = request.method !== "GET" && request.method !== "HEAD";
    if (session && changes && request.headers["x-harbor-csrf-token"] === undefined) {
      return fail(403, "FORBIDDEN", "CSRF token not found in request");
    }
    if (changes && this.#options.readOnly === true) {
      return fail(403, "DENIED", "The system is in read only mode. Any modification is prohibited.");
    }
    if (asked.id === "getSystemInfo") return succeed(200, this.#describeSystem(account !== null));
    if (asked.id === "headProject")
      return this.#head(request.url.searchParams.get("project_name") ?? "", account);
    if (asked.id === "getProject") return this.#get(asked, request, account);
    return this.#create(request.body, account);
  }

  #describeSystem(signedIn: boolean) {
    const { projectCreation = "everyone", readOnly = false, tellsVersionToAll = false } = this.#options;
    return {
      auth_mode: "db_auth",
      primary_auth_mode: false,
      self_registration: false,
      banner_message: "",
      oidc_provider_name: "",
      ...(tellsVersionToAll || signedIn ? { harbor_version: version } : {}),
      ...(signedIn
        ? {
            current_time: new Date().toISOString(),
            external_url: "https://harbor.example.com",
            registry_url: "harbor.example.com",
            has_ca_root: true,
            notification_enable: true,
            project_creation_restriction: projectCreation,
            read_only: readOnly,
            registry_storage_provider_name: "filesystem",
          }
        : {}),
    };
  }

  #head(name: string, account: HarborAccount | null): DescribedAnswer {
    if (account === null) return fail(401, "UNAUTHORIZED", "unauthorized");
    if (name.includes(" ")) return fail(400, "BAD_REQUEST", `invalid project name: '${name}'`);
    return this.projects.has(name)
      ? succeed(200)
      : fail(404, "NOT_FOUND", `resource not found: project ${name} not found`);
  }

  #get(
    { path }: AskedOperation,
    { headers }: DescribedRequest,
    account: HarborAccount | null,
  ): DescribedAnswer {
    const { project_name_or_id: text = "" } = path;
    const isNumber = headers["x-is-resource-name"] !== "true" && /^\d+$/.test(text);
    const project = isNumber
      ? [...this.projects.values()].find(({ id }) => id === Number(text))
      : this.projects.get(text);
    if (project === undefined && account?.administrator === true) {
      return fail(404, "NOT_FOUND", `resource not found: project ${text} not found`);
    }
    if (project === undefined || !maySee(account, project)) {
      return account === null
        ? fail(401, "UNAUTHORIZED", "unauthorized")
        : fail(403, "FORBIDDEN", "forbidden");
    }
    return succeed(200, describeProject(project));
  }

  #create(body: string, account: HarborAccount | null): DescribedAnswer {
    if (account === null) return fail(401, "UNAUTHORIZED", "unauthorized");
    const wish = JSON.parse(body) as { project_name?: string; metadata?: { public?: string } };
    const { project_name: name = "", metadata: { public: visibility = "false" } = {} } = wish;
    if (name.length > maxNameLength) {
      const message = `project_name in body should be at most ${maxNameLength} chars long`;
      return fail(422, "UNPROCESSABLE_ENTITY", message);
    }
    if (account.kind === "project-robot") {
      return fail(403, "FORBIDDEN", "Only system level robot can create project");
    }
    if (!mayCreate(account, this.#options.projectCreation === "adminonly")) {
      return fail(403, "FORBIDDEN", "Only system admin can create project");
    }
    if (visibility !== "true" && visibility !== "false") {
      const message = `metadata.public should only be 'true' or 'false', but got: '${visibility}'`;
      return fail(400, "BAD_REQUEST", message);
    }
    if (!legalName.test(name)) {
      return fail(400, "BAD_REQUEST", "project name is not in lower case or contains illegal characters");
    }
    if (this.projects.has(name)) {
      return fail(409, "CONFLICT", `The project named ${name} already exists`);
    }
    const project = this.#add({ name, public: visibility === "true", ownerName: account.name });
    return succeed(201, undefined, { location: `/api/v2.0/projects/${project.id}` });
  }

  #add(project: Partial<HarborProject> & { name: string }): HarborProject {
    const id = this.projects.size + 1;
    const added = { id, public: false, ownerName: "admin", registryId: null, ...project };
    this.projects.set(added.name, added);
    return added;
  }
}

function describeProject({ id, name, public: isPublic, ownerName, registryId }: HarborProject) {
  const now = new Date().toISOString();
  const times = { creation_time: now, update_time: now };
  return {
    project_id: id,
    owner_id: 1,
    name,
    ...(registryId === null ? {} : { registry_id: registryId }),
    ...times,
    owner_name: ownerName,
    repo_count: 0,
    metadata: { public: String(isPublic), severity: "low" },
    cve_allowlist: { id, project_id: id, items: [], ...times },
  };
}

/** Everybody gets a session, whether wanted or not. */
const sessionHeaders = () => ({ "x-request-id": randomUUID(), "set-cookie": `sid=${randomUUID()}; Path=/` });

function succeed(
  status: number,
  json?: unknown,
  headers: Readonly<Record<string, string>> = {},
): DescribedAnswer {
  const type = json === undefined ? {} : { "content-type": "application/json" };
  const body = json === undefined ? "" : JSON.stringify(json);
  return { status, headers: { ...sessionHeaders(), ...type, ...headers }, body };
}

/** src/lib/errors/errors.go, src/lib/http/error.go */
function fail(status: number, code: string, message: string): DescribedAnswer {
  const headers = { ...sessionHeaders(), "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: `${JSON.stringify({ errors: [{ code, message }] })}\n` };
}
