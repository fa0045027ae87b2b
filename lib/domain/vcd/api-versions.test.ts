import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseApiVersion, parseApiVersions } from "./api-versions.ts";

const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<SupportedVersions xmlns="http://www.vmware.com/vcloud/versions" xmlns:ns2="http://www.vmware.com/vcloud/v1.5">
    <VersionInfo deprecated="true">
        <Version>36.3</Version>
        <LoginUrl>https://vcd.example.com/api/sessions</LoginUrl>
        <ProviderLoginUrl>https://vcd.example.com/cloudapi/1.0.0/sessions/provider</ProviderLoginUrl>
    </VersionInfo>
    <!-- <VersionInfo><Version>1.0</Version></VersionInfo> -->
    <VersionInfo deprecated="false">
        <Version>37.2</Version>
        <LoginUrl>https://vcd.example.com/api/sessions</LoginUrl>
    </VersionInfo>
    <VersionInfo deprecated="false">
        <Version>38.1</Version>
        <LoginUrl>https://vcd.example.com/api/sessions</LoginUrl>
    </VersionInfo>
    <AlphaVersion deprecated="false">
        <Version>39.0.0-alpha-1660000000</Version>
    </AlphaVersion>
    <SchemaRoot>https://vcd.example.com/api/v1.5/schema/</SchemaRoot>
</SupportedVersions>`;

const info = (version: string, deprecated: unknown) => ({
  version,
  loginUrl: "https://vcd.example.com/api/sessions",
  mediaTypeMapping: [],
  any: [],
  deprecated,
  otherAttributes: {},
});
const json = {
  versionInfo: [info("36.3", true), info("37.2", false), info("38.1", false)],
  any: [],
  otherAttributes: {},
  alphaVersion: info("39.0.0-alpha-1660000000", false),
};

const expected = [
  { version: "36.3", major: 36, minor: 3, isDeprecated: true },
  { version: "37.2", major: 37, minor: 2, isDeprecated: false },
  { version: "38.1", major: 38, minor: 1, isDeprecated: false },
];

describe("parseApiVersions", () => {
  test.each([
    ["XML", xml],
    ["XML with prefixes", xml.replaceAll(/<(\/?)(?=[A-Z])/g, "<$1v:").replace("xmlns=", "xmlns:v=")],
    ["XML on one line", xml.replaceAll("\n", "")],
    ["JSON", JSON.stringify(json)],
    [
      "JSON of 9.1",
      JSON.stringify({ name: "{http://www.vmware.com/vcloud/versions}SupportedVersions", value: json }),
    ],
    [
      "JSON with words",
      JSON.stringify({ versionInfo: [info("36.3", "true"), info("37.2", "false"), info("38.1", null)] }),
    ],
  ])("reads %s", (_name, text) => {
    expect(parseApiVersions(text)).toEqual(expected);
  });

  test.each([
    ["a page", "<!DOCTYPE html><html><body>Sign in</body></html>"],
    ["nothing", ""],
    ["other JSON", '{"versions":[]}'],
    ["broken JSON", '{"versionInfo":['],
    ["another document", "<VersionInfo><Version>38.1</Version></VersionInfo>"],
    ["too much", `${xml}${" ".repeat(2 ** 20)}`],
  ])("does not take %s for one", (_name, text) => {
    expect(parseApiVersions(text)).toBeNull();
  });

  test("takes an empty list for what it is", () => {
    expect(parseApiVersions("<SupportedVersions></SupportedVersions>")).toEqual([]);
    expect(parseApiVersions('{"versionInfo":[]}')).toEqual([]);
  });

  test("survives any text, in no more time than it is long", () => {
    const piece = fc.constantFrom(
      ...[
        "<SupportedVersions>",
        "<VersionInfo",
        " deprecated='true'",
        ">",
        "<Version>",
        "37.0",
        "</Version>",
        "<!--",
      ],
      ...["</VersionInfo>", "-->", "<?xml", "?>", "{", '"versionInfo":', "[", "]", "}", '"', " "],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        for (const version of parseApiVersions(pieces.join("")) ?? [])
          expect(version.version).toMatch(/^\d+\.\d+$/);
      }),
    );
    const long = `<SupportedVersions>${"<VersionInfo ".repeat(70_000)}`;
    const start = performance.now();
    expect(parseApiVersions(long)).toEqual([]);
    expect(parseApiVersions(`<SupportedVersions>${"<VersionInfo>".repeat(70_000)}`)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe("chooseApiVersion", () => {
  const choose = (...versions: string[]) =>
    chooseApiVersion(
      parseApiVersions(
        JSON.stringify({
          versionInfo: versions.map((each) => info(each.replace("!", ""), each.endsWith("!"))),
        }),
      ) ?? [],
    );

  test.each([
    [["36.3!", "37.2", "38.1"], "38.1", "10.5"],
    [["37.9", "37.10"], "37.10", "10.4"],
    [["38.1", "39.1!", "39.0"], "39.0", "10.6"],
    [["35.0", "36.1!", "36.0"], "36.1", "10.3"],
    [["39.1", "40.0", "41.0"], "39.1", null],
  ])("of %j takes %s", (versions, version, release) => {
    expect(choose(...versions)).toMatchObject({ kind: "chosen", version: { version }, release });
  });

  test("says on which side a server is that speaks no known version", () => {
    expect(choose("34.0", "36.0")).toEqual({ kind: "too-old", newest: "36.0", release: "10.3" });
    expect(choose("40.0", "41.2")).toEqual({ kind: "too-new", newest: "41.2", release: null });
    expect(choose()).toEqual({ kind: "none" });
  });
});
