import { describe, expect, it } from "vitest";
import { maxListBytes, parseImageList } from "#lib/engine/oci/image-list.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { listLimits } from "./releases.ts";

describe("listLimits", () => {
  it("says what the reader of lists really takes", () => {
    expect(listLimits.limitBytes).toBe(maxListBytes);
    const lines = "a:v1\n".repeat(listLimits.limitLines);
    expect(parseImageList(lines, "list")).toHaveLength(listLimits.limitLines);
    expect(() => parseImageList(`${lines}a:v1\n`, "list")).toThrow(EngineError);
  });
});
