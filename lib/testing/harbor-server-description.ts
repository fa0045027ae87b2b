import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** What is read of Harbor's API description; `harbor-server-description.yaml` says where that is from. */
interface Description {
  readonly basePath: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly responses: Readonly<Record<string, Answer>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}
type Referring<Named> = Named | { readonly $ref: string };
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly "x-nullable"?: boolean;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Referring<Parameter>[];
  readonly responses: Readonly<Record<string, Referring<Answer>>>;
}
interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path" | "body";
  readonly required?: boolean;
  readonly type?: string;
  readonly minLength?: number;
  readonly schema?: Schema;
}
interface Answer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly schema?: Schema;
}

export interface DescribedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface DescribedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An operation of the description that a request asks for. */
export interface AskedOperation {
  readonly id: string;
  /** By the names of the description. */
  readonly path: Readonly<Record<string, string>>;
  readonly operation: Operation;
}

const file = new URL("harbor-server-description.yaml", import.meta.url);
const description = parse(readFileSync(file, "utf8")) as Description;

/** Answers that Harbor gives (src/server/v2.0/handler/project.go) and the description leaves out. */
const undescribed: Readonly<Record<string, readonly number[]>> = {
  headProject: [401, 403],
  createProject: [403, 422],
};

/** Headers of HTTP itself, which no description names. */
const plainHeaders: ReadonlySet<string> = new Set([
  "accept",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "host",
  "user-agent",
]);

/** The operation that a request asks for, or null when the description has none. */
export function findOperation({
  method,
  url,
}: Pick<DescribedRequest, "method" | "url">): AskedOperation | null {
  const { basePath, paths } = description;
  if (!url.pathname.startsWith(`${basePath}/`)) return null;
  const asked = url.pathname.slice(basePath.length).split("/");
  for (const [template, operations] of Object.entries(paths)) {
    const path = matchPath(template.split("/"), asked);
    const operation = operations[method.toLowerCase()];
    if (path !== null && operation !== undefined) return { id: operation.operationId, path, operation };
  }
  return null;
}

/** What of a request the description does not allow. */
export function checkRequest(asked: AskedOperation, request: DescribedRequest): string[] {
  const parameters = asked.operation.parameters.map((each) => resolve<Parameter>(each, "parameters"));
  const query = request.url.searchParams;
  const named = (place: Parameter["in"]) =>
    new Set(parameters.filter((each) => each.in === place).map(({ name }) => name.toLowerCase()));
  const unknown = [
    ...[...query.keys()].filter((name) => !named("query").has(name)),
    ...Object.keys(request.headers).filter((name) => !plainHeaders.has(name) && !named("header").has(name)),
  ];
  if (named("body").size === 0 && request.body !== "") unknown.push("body");
  return [
    ...unknown.map((name) => `${asked.id} knows no ${name}`),
    ...parameters.flatMap((each) => checkParameter(each, readParameter(each, asked, request), request)),
  ];
}

/** What of an answer the description does not allow. */
export function checkAnswer(asked: AskedOperation, answer: DescribedAnswer): string[] {
  const described = asked.operation.responses[answer.status];
  const known = undescribed[asked.id]?.includes(answer.status) === true;
  if (described === undefined && !known) return [`${asked.id} does not answer ${answer.status}`];
  const { headers = {}, schema } = resolve<Answer>(described ?? { $ref: "#/responses/400" }, "responses");
  const lacking = Object.keys(headers).filter((name) => !(name.toLowerCase() in answer.headers));
  const body = schema === undefined || asked.id.startsWith("head") ? [] : checkJson(schema, answer.body);
  return [...lacking.map((name) => `${name} is missing`), ...body].map((each) => `${asked.id}: ${each}`);
}

function matchPath(template: readonly string[], asked: readonly string[]): Record<string, string> | null {
  if (template.length !== asked.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const value = asked[index] ?? "";
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) found[name] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}

function resolve<Named extends object>(it: Referring<Named>, kind: "parameters" | "responses"): Named {
  if (!("$ref" in it)) return it;
  const name = it.$ref.slice(`#/${kind}/`.length);
  return description[kind][name] as unknown as Named;
}

function readParameter(
  { name, in: place }: Parameter,
  asked: AskedOperation,
  request: DescribedRequest,
): string | undefined {
  if (place === "body") return request.body === "" ? undefined : request.body;
  if (place === "path") return asked.path[name];
  if (place === "query") return request.url.searchParams.get(name) ?? undefined;
  return request.headers[name.toLowerCase()]?.toString();
}

function checkParameter(
  { name, in: place, required, type, minLength = 0, schema }: Parameter,
  value: string | undefined,
  { headers }: DescribedRequest,
): string[] {
  if (value === undefined) return required === true ? [`${name} is required`] : [];
  if (value.length < minLength) return [`${name} is too short`];
  if (type === "boolean" && !/^(?:true|false)$/.test(value)) return [`${name} is no boolean`];
  if (place !== "body" || schema === undefined) return [];
  if (headers["content-type"] !== "application/json") return ["the body is not said to be JSON"];
  return checkJson(schema, value);
}

function checkJson(schema: Schema, text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ["the body is no JSON"];
  }
  const { error } = toZod(schema).safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
}

/** Stricter than the description: what it does not name is refused, too. */
function toZod(schema: Schema): z.ZodType {
  const $defs = Object.fromEntries(
    Object.entries(description.definitions).map(([name, each]) => [name, toJsonSchema(each)]),
  );
  return z.fromJSONSchema({ ...toJsonSchema(schema), $defs });
}

/** Swagger 2.0 has a dialect of its own; its definitions here use no other keywords. */
function toJsonSchema({ $ref, type, "x-nullable": nullable, ...rest }: Schema): Record<string, unknown> {
  if ($ref !== undefined) return { $ref: $ref.replace("#/definitions/", "#/$defs/") };
  const { maxLength, required, items, properties } = rest;
  return {
    type: nullable === true ? [type, "null"] : type,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(required === undefined ? {} : { required }),
    ...(items === undefined ? {} : { items: toJsonSchema(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, each]) => [name, toJsonSchema(each)]),
          ),
          additionalProperties: false,
        }),
  };
}
