import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { describe, expect, test } from "vitest";
import { EnvironmentError, environmentShape, parseEnvironment } from "./env.ts";

describe("parseEnvironment", () => {
  test("works without any variable", () => {
    const env = parseEnvironment({});
    expect(env).toMatchObject({ HOST: "127.0.0.1", PORT: 3000, PUBLIC_URL: "http://localhost:3000" });
    expect(isAbsolute(env.DATA_DIR)).toBe(true);
    expect(env.DATABASE_URL).toBeUndefined();
  });

  test("an empty variable is one that is not set", () => {
    expect(parseEnvironment({ PORT: "", DATABASE_URL: "" })).toEqual(parseEnvironment({}));
  });

  test("the public address follows port and TLS unless it is given", () => {
    const tls = { TLS_CERT_FILE: "a.crt", TLS_KEY_FILE: "a.key" };
    expect(parseEnvironment({ PORT: "8443", ...tls }).PUBLIC_URL).toBe("https://localhost:8443");
    expect(parseEnvironment({ PUBLIC_URL: "https://panel.example.com/" }).PUBLIC_URL).toBe(
      "https://panel.example.com",
    );
  });

  test("a database behind a Unix socket is an address too", () => {
    const { DATABASE_URL } = parseEnvironment({
      DATABASE_URL: "postgresql://drayage@/panel?host=/run/postgresql",
    });
    expect(DATABASE_URL).toBe("postgresql://drayage@localhost/panel?host=/run/postgresql");
  });

  test("folders for bundles have the name they are given, or their own", () => {
    const { BUNDLE_DIRS } = parseEnvironment({ BUNDLE_DIRS: "usb=/media/stick:/srv/bundles/:" });
    expect(BUNDLE_DIRS).toEqual([
      { name: "usb", path: "/media/stick" },
      { name: "bundles", path: "/srv/bundles" },
    ]);
  });

  test.each([
    [{ PORT: "70000" }, "PORT"],
    [{ BUNDLE_DIRS: "usb=media/stick" }, "BUNDLE_DIRS"],
    [{ PUBLIC_URL: "panel.example.com" }, "PUBLIC_URL"],
    [{ PUBLIC_URL: "https://example.com/panel" }, "PUBLIC_URL"],
    [{ DATABASE_URL: "mysql://localhost/drayage" }, "DATABASE_URL"],
    [{ DRAYAGE_SECRET_KEY: "c2hvcnQ=" }, "DRAYAGE_SECRET_KEY"],
    [{ TLS_CERT_FILE: "a.crt" }, "TLS_KEY_FILE"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  ])("%o is refused by name", (source, name) => {
    expect(() => parseEnvironment(source)).toThrow(EnvironmentError);
    expect(() => parseEnvironment(source)).toThrow(`  ${name}: `);
  });

  test("the message does not repeat a secret", () => {
    expect(() => parseEnvironment({ DRAYAGE_SECRET_KEY: "hunter2hunter2" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter2") as string }) as Error,
    );
  });
});

describe(".env.example", () => {
  const lines = readFileSync(new URL("../.env.example", import.meta.url), "utf8").split("\n");
  const isVariable = (line: string) => /^#[A-Z_]+=/.test(line);

  test("names the same variables as the code", () => {
    const names = lines.filter(isVariable).map((line) => line.slice(1, line.indexOf("=")));
    expect(names.toSorted()).toEqual(Object.keys(environmentShape).toSorted());
  });

  test("explains each group of variables by a comment", () => {
    for (const [index, line] of lines.entries()) {
      if (isVariable(line)) expect(lines[index - 1], line).toMatch(/^#( |[A-Z_]+=)/);
    }
  });

  test("shows values that the code accepts", () => {
    const shown = lines.filter(isVariable).map((line) => line.slice(1).split(/=(.*)/s).slice(0, 2));
    expect(() => parseEnvironment(Object.fromEntries(shown) as Record<string, string>)).not.toThrow();
  });
});

test("the table in the README has the same variables and defaults as the code", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| (`[A-Z].*?) +\| (.*?) +\|/gm)].map(([, names = "", defaults = ""]) => ({
    names: [...names.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1] ?? ""),
    defaults: [...defaults.matchAll(/`(.+?)`/g)].map((match) => match[1] ?? ""),
  }));
  expect(rows.flatMap(({ names }) => names).toSorted()).toEqual(Object.keys(environmentShape).toSorted());
  const env = Object.fromEntries(
    Object.entries(parseEnvironment({})).flatMap(([name, value]) =>
      typeof value === "object" ? [] : [[name, String(value)]],
    ),
  );
  for (const { names, defaults } of rows) {
    if (names.some((name) => name === "DATA_DIR" || name === "PUBLIC_URL")) continue;
    expect(defaults, names.join()).toEqual(
      names.map((name) => env[name]).filter((value) => value !== undefined),
    );
  }
});
