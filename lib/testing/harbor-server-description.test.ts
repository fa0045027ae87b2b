import { describe, expect, test } from "vitest";
import {
  checkAnswer,
  checkRequest,
  findOperation,
  type DescribedRequest,
} from "./harbor-server-description.ts";

const request = (method: string, target: string, fields: Partial<DescribedRequest> = {}) => {
  const url = new URL(`/api/v2.0${target}`, "http://harbor.example.com");
  return { method, url, headers: { host: "harbor.example.com" }, body: "", ...fields };
};

function problemsOf(asked: DescribedRequest): string[] {
  const operation = findOperation(asked);
  return operation === null ? ["not described"] : checkRequest(operation, asked);
}

function answerProblems(method: string, target: string, status: number, json: unknown): string[] {
  const operation = findOperation(request(method, target));
  if (operation === null) throw new Error("not described");
  return checkAnswer(operation, { status, headers: { "x-request-id": "1" }, body: JSON.stringify(json) });
}

const json = { "content-type": "application/json" };

describe("Harbor's description", () => {
  test.each([
    request("GET", "/systeminfo"),
    request("HEAD", "/projects?project_name=tkg"),
    request("GET", "/projects/tkg", { headers: { "x-is-resource-name": "true" } }),
    request("POST", "/projects", {
      headers: json,
      body: '{"project_name":"tkg","metadata":{"public":"true"}}',
    }),
  ])("allows $method $url.pathname", (asked) => expect(problemsOf(asked)).toEqual([]));

  test.each([
    [request("GET", "/system"), "not described"],
    [request("DELETE", "/projects"), "not described"],
    [request("HEAD", "/projects"), "project_name is required"],
    [request("HEAD", "/projects?project_name=a&name=b"), "headProject knows no name"],
    [request("GET", "/systeminfo", { headers: { cookie: "sid=1" } }), "getSystemInfo knows no cookie"],
    [
      request("GET", "/projects/tkg", { headers: { "x-is-resource-name": "yes" } }),
      "X-Is-Resource-Name is no boolean",
    ],
    [request("POST", "/projects", { headers: json }), "project is required"],
    [request("POST", "/projects", { body: "{}" }), "the body is not said to be JSON"],
  ])("does not allow %#", (asked, problem) => expect(problemsOf(asked)).toContain(problem));

  test.each([
    { project_name: 1 },
    { project_name: "x".repeat(256) },
    { metadata: { public: true } },
    { metadata: { pubic: "true" } },
    [],
  ])("does not allow a project of %o", (body) => {
    const asked = request("POST", "/projects", { headers: json, body: JSON.stringify(body) });
    expect(problemsOf(asked)).toHaveLength(1);
  });

  test("holds for answers, too", () => {
    expect(
      answerProblems("GET", "/projects/tkg", 200, { name: "tkg", metadata: { public: "true" } }),
    ).toEqual([]);
    expect(answerProblems("GET", "/projects/tkg", 200, { name: 1 })).toHaveLength(1);
    expect(answerProblems("GET", "/projects/tkg", 404, { errors: [{ code: "NOT_FOUND" }] })).toEqual([]);
    expect(answerProblems("GET", "/projects/tkg", 404, { error: "none" })).toHaveLength(1);
    expect(answerProblems("GET", "/projects/tkg", 418, {})).toHaveLength(1);
    expect(answerProblems("GET", "/systeminfo", 200, { auth_mode: null, read_only: true })).toEqual([]);
    expect(answerProblems("POST", "/projects", 201, {})).toContain("createProject: Location is missing");
  });
});
