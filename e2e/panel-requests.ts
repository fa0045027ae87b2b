import { globSync, readFileSync } from "node:fs";
import { type APIRequestContext, request } from "@playwright/test";
import type { Permission } from "#lib/auth/permissions.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { readStack, type RoleName, stateOf } from "./stack.ts";

// What a program that is not our page may send: requests by hand, found from the sources and from the build itself, so
// that nothing new can be left out.

export interface PageFile {
  /** `/jobs/[job]` */
  path: string;
  /** All must be held to see it. */
  permissions: Permission[];
}

export interface RouteFile {
  path: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  permission: Permission;
}

export interface ServerAction {
  id: string;
  name: string;
  permission: Permission;
  /** A page that carries it. */
  page: string;
}

export function listPages(): PageFile[] {
  return globSync("app/(panel)/**/page.tsx").map((file) => ({
    path: urlPath(file, "page.tsx"),
    permissions: [...readFileSync(file, "utf8").matchAll(/authorizePage\("([a-z.-]+)"\)/g)].map(
      ([, permission]) => permission as Permission,
    ),
  }));
}

/** All routes of ours; sign-in's are next-auth's. */
export function listRoutes(): RouteFile[] {
  return globSync("app/api/**/route.ts")
    .filter((file) => !file.includes("/auth/"))
    .flatMap((file) =>
      [
        ...readFileSync(file, "utf8").matchAll(
          /export const (GET|POST|PUT|PATCH|DELETE) = defineRoute\(\{\s*permission: "([a-z.-]+)"/g,
        ),
      ].map(([, method, permission]) => ({
        path: urlPath(file, "route.ts"),
        method: method as RouteFile["method"],
        permission: permission as Permission,
      })),
    );
}

function urlPath(file: string, last: string): string {
  const path = file
    .slice("app".length, -last.length)
    .replaceAll("\\", "/")
    .replace(/\/\([^)]+\)/g, "");
  return path === "/" ? path : path.slice(0, -1);
}

const streamTimeoutMs = 30_000;

interface StorageState {
  cookies: { name: string; value: string }[];
}

interface ReferenceManifest {
  node: Record<string, { workers: Record<string, unknown>; filename: string; exportedName: string }>;
}

/** All server actions of the build, with the permission that their source names. */
export function listActions(): ServerAction[] {
  const manifest = JSON.parse(
    readFileSync(".next/server/server-reference-manifest.json", "utf8"),
  ) as ReferenceManifest;
  return Object.entries(manifest.node)
    .filter(([, { filename }]) => filename.startsWith("lib/actions/"))
    .map(([id, { filename, exportedName, workers }]) => ({
      id,
      name: exportedName,
      permission: permissionOf(filename, exportedName),
      page: urlPath(Object.keys(workers)[0] ?? "", "page"),
    }));
}

function permissionOf(file: string, name: string): Permission {
  const pattern = new RegExp(
    `export const ${name} = defineAction\\(\\{\\s*permission: "(?<permission>[a-z.-]+)"`,
  );
  const permission = pattern.exec(readFileSync(file, "utf8"))?.groups?.permission;
  if (permission === undefined) throw new Error(`${file}: ${name} names no permission`);
  return permission as Permission;
}

/** Requests with the cookies of a role, or of nobody. */
export function openRequests(role: RoleName | null): Promise<APIRequestContext> {
  const { baseUrl } = readStack();
  return request.newContext({
    baseURL: baseUrl,
    extraHTTPHeaders: { origin: baseUrl },
    maxRedirects: 0,
    ...(role !== null && { storageState: stateOf(role) }),
  });
}

/** Opens an event stream with the cookies of a role, and closes it after the first event. */
export async function readFirstEvent(
  role: RoleName,
  path: string,
): Promise<{ event: string; data: unknown }> {
  const { baseUrl } = readStack();
  const { cookies } = JSON.parse(readFileSync(stateOf(role), "utf8")) as StorageState;
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const closing = AbortSignal.timeout(streamTimeoutMs);
  const response = await fetch(`${baseUrl}${path}`, { headers: { cookie }, signal: closing });
  let text = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)\n\n/m.exec(text) ?? [];
    if (event !== "") return { event, data: JSON.parse(data) as unknown };
  }
  throw new Error(`${path} answered ${response.status} and ended without an event`);
}

/** Calls a server action as the browser's script does. */
export async function callAction<Value>(
  requests: APIRequestContext,
  action: ServerAction,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<ActionResult<Value>> {
  // Any page that carries the action will do; its parameters are not read.
  const page = action.page.replace(/\[[^\]]+\]/g, "00000000-0000-4000-8000-000000000000");
  const response = await requests.post(page, {
    headers: {
      "next-action": action.id,
      accept: "text/x-component",
      "content-type": "text/plain;charset=UTF-8",
      ...headers,
    },
    data: JSON.stringify([input]),
  });
  const line = /^1:(\{.*\})$/m.exec(await response.text())?.[1];
  if (line === undefined) throw new Error(`${action.name} answered ${response.status()} without a result`);
  return JSON.parse(line) as ActionResult<Value>;
}

export function findAction(name: string): ServerAction {
  const action = listActions().find((each) => each.name === name);
  if (!action) throw new Error(`the build has no action ${name}`);
  return action;
}
