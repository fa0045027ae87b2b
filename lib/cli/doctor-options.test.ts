import { describe, expect, it } from "vitest";
import { parseDoctorOptions } from "./doctor-options.ts";

const parse = (...args: string[]) => {
  const options = parseDoctorOptions(args);
  if (options === "help") throw new Error("help");
  return options;
};

describe("parseDoctorOptions", () => {
  it("takes a registry, alone or with a base", () => {
    expect(parse("registry.example.com:8443/cse")).toEqual({
      registry: { registry: "registry.example.com:8443", base: "cse" },
      caPaths: [],
      withoutAuth: false,
      plainHttp: false,
      anyAddress: false,
      line: {},
      totalTimeoutMs: 120_000,
      json: false,
    });
    expect(parse("[fd00::5]:5000").registry).toEqual({ registry: "[fd00::5]:5000", base: "" });
  });

  it("writes an international name as name servers know it", () => {
    expect(parse("bücher.example/a").registry).toEqual({ registry: "xn--bcher-kva.example", base: "a" });
    expect(parse("레지스트리.example:5000").registry.registry).toBe("xn--om2b23a15p8shb5l.example:5000");
  });

  it("takes the options of the walk", () => {
    const endpoint = ["--cloud-director", "https://vcd.example.com/tenant/acme"];
    const options = parse("a.example", "--ca", "one", "--ca", "two", ...endpoint, "--timeout", "7", "--json");
    expect(options).toMatchObject({
      caPaths: ["one", "two"],
      cloudDirector: "vcd.example.com:443",
      totalTimeoutMs: 7_000,
      json: true,
    });
    const proxied = parse(
      "a.example",
      "--proxy",
      "http://p:3128",
      "--no-proxy",
      ".example",
      "--auth",
      "file",
    );
    expect(proxied).toMatchObject({
      line: { proxy: "http://p:3128", noProxy: [".example"] },
      authPath: "file",
    });
  });

  it.each([
    [[], "the registry is missing"],
    [["a.example", "b.example"], 'only one registry at a time, not also "b.example"'],
    [["https://a.example"], "must be written without a scheme"],
    [["a.example/"], "must not end with a slash"],
    [["a.example/cse/tkg"], 'clusters look in tkg by themselves: leave it out, as in "a.example/cse"'],
    [["a.example/Big"], "must be in lower case"],
    [["a_b.example"], "is not a host name"],
    [["a.example", "--timeout", "0"], "--timeout must be a number from 1 to 600"],
    [["a.example", "--timeout", "1e2"], "--timeout must be a number from 1 to 600"],
    [["a.example", "--cloud-director", "a b"], "--cloud-director must be a host or its address"],
    [["a.example", "--proxy", "p:3128"], "--proxy must be a URL"],
    [["a.example", "--auth", "file", "--no-auth"], "exclude each other"],
    [["a.example", "--insecure"], "Unknown option '--insecure'"],
  ])("refuses %j", (args, message) => {
    expect(() => parseDoctorOptions(args)).toThrow(message);
  });

  it("gives help before all else", () => {
    expect(parseDoctorOptions(["--help"])).toBe("help");
  });
});
