import { describe, expect, it } from "vitest";
import { formatGridHref } from "./grid-href.ts";

const query = { search: "", sort: "name", order: "asc", page: 1, pageSize: 25 };

describe("formatGridHref", () => {
  it("leaves out what an absent parameter means anyway", () => {
    expect(formatGridHref("/jobs", { search: "", page: 1, pageSize: 25, state: undefined })).toBe("/jobs");
  });

  it("keeps search, filters and order when the page changes", () => {
    const filtered = { ...query, search: "harbor & co", state: "failed" };
    expect(formatGridHref("/jobs", { ...filtered, page: 3 })).toBe(
      "/jobs?search=harbor+%26+co&sort=name&order=asc&page=3&state=failed",
    );
  });

  it("repeats a parameter with several values", () => {
    expect(formatGridHref("/jobs", { state: ["failed", "running"], pageSize: 50 })).toBe(
      "/jobs?state=failed&state=running&pageSize=50",
    );
  });
});
