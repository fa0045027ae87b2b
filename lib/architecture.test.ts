import { readFileSync, globSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

// Who may import whom. The first matching folder names the layer of a file, so the deeper ones stand first.
const layers: Record<string, { at: string; may: string[] }> = {
  "engine/network": { at: "lib/engine/network/", may: [] },
  "engine/checksums": { at: "lib/engine/checksums/", may: [] },
  "reference-grammar": { at: "lib/engine/oci/reference-grammar.ts", may: [] },
  "engine/oci": { at: "lib/engine/oci/", may: ["engine/network", "reference-grammar"] },
  "engine/sqlite": { at: "lib/engine/sqlite/", may: ["engine/oci"] },
  "engine/mirror": { at: "lib/engine/mirror/", may: ["engine/oci"] },
  "engine/bundle": {
    at: "lib/engine/bundle/",
    may: ["engine/checksums", "engine/mirror", "engine/oci", "engine/sqlite"],
  },
  "domain/catalog": { at: "lib/domain/catalog/", may: ["engine/oci", "engine/mirror", "engine/sqlite"] },
  "domain/certificates": { at: "lib/domain/certificates/", may: ["engine/network"] },
  // Of its folder it alone is nothing but data, which browsers may have.
  checklists: { at: "lib/domain/cluster-config/checklists.ts", may: [] },
  "domain/cluster-config": {
    at: "lib/domain/cluster-config/",
    may: ["domain/certificates", "domain/vcd", "engine/oci", "quote-argument", "reference-grammar"],
  },
  "domain/harbor": { at: "lib/domain/harbor/", may: ["engine/network", "engine/oci"] },
  "domain/doctor": {
    at: "lib/domain/doctor/",
    may: [
      "domain/catalog",
      "domain/certificates",
      "domain/harbor",
      "domain/vcd",
      "engine/network",
      "engine/oci",
      "quote-argument",
      "reference-grammar",
    ],
  },
  notifications: {
    at: "lib/notifications/",
    may: ["engine/network", "errors", "i18n", "types of schemas"],
  },
  "domain/vcd": { at: "lib/domain/vcd/", may: ["engine/network", "engine/oci", "reference-grammar"] },
  schemas: {
    at: "lib/schemas/",
    may: [
      "audit-actions",
      "errors",
      "enums",
      "i18n",
      "domain/catalog",
      "domain/certificates",
      "types of domain/cluster-config",
      "checklists",
      "domain/doctor",
      "domain/vcd",
      "reference-grammar",
    ],
  },
  errors: { at: "lib/errors", may: [] },
  enums: { at: "lib/db/generated/enums.ts", may: [] },
  "audit-actions": { at: "lib/audit-actions.ts", may: [] },
  "quote-argument": { at: "lib/quote-argument.ts", may: [] },
  "storable-text": { at: "lib/storable-text", may: [] },
  "error-view": { at: "lib/error-view.ts", may: ["errors", "logger", "storable-text"] },
  env: { at: "lib/env", may: [] },
  redact: { at: "lib/redact", may: [] },
  logger: { at: "lib/logger.ts", may: ["env", "redact"] },
  storage: { at: "lib/storage.ts", may: ["env"] },
  "bundle-stores": { at: "lib/bundle-stores", may: ["env", "logger", "storage"] },
  "secret-file": { at: "lib/secret-file.ts", may: [] },
  "file-length": { at: "lib/file-length", may: [] },
  "free-port": { at: "lib/free-port.ts", may: [] },
  secrets: { at: "lib/secrets", may: ["env", "errors", "secret-file", "storage"] },
  i18n: { at: "lib/i18n/", may: ["errors", "enums"] },
  db: {
    at: "lib/db/",
    may: [
      "audit-actions",
      "enums",
      "env",
      "errors",
      "free-port",
      "logger",
      "redact",
      "secret-file",
      "storage",
      "storable-text",
    ],
  },
  permissions: { at: "lib/auth/permissions.ts", may: ["enums"] },
  auth: {
    at: "lib/auth/",
    may: [
      "permissions",
      "db",
      "enums",
      "env",
      "errors",
      "error-view",
      "logger",
      "secrets",
      "schemas",
      "i18n",
    ],
  },
  queue: { at: "lib/queue/", may: ["db", "enums", "env", "errors", "logger"] },
  services: {
    at: "lib/services/",
    may: [
      "audit-actions",
      "permissions",
      "auth",
      "db",
      "enums",
      "env",
      "queue",
      "secrets",
      "storage",
      "storable-text",
      "bundle-stores",
      "logger",
      "errors",
      "error-view",
      "notifications",
      "schemas",
      "domain/catalog",
      "domain/certificates",
      "checklists",
      "domain/cluster-config",
      "domain/doctor",
      "domain/harbor",
      "domain/vcd",
      "engine/bundle",
      "engine/mirror",
      "engine/oci",
      "engine/network",
    ],
  },
  actions: {
    at: "lib/actions/",
    may: ["services", "schemas", "auth", "permissions", "errors", "error-view", "logger"],
  },
  routes: {
    at: "lib/routes/",
    may: ["file-length", "services", "schemas", "auth", "permissions", "errors", "error-view", "logger"],
  },
  worker: {
    at: "lib/worker/",
    may: [
      "queue",
      "services",
      "permissions",
      "auth",
      "db",
      "enums",
      "env",
      "storage",
      "bundle-stores",
      "storable-text",
      "logger",
      "errors",
      "error-view",
      "schemas",
      "domain/catalog",
      "domain/certificates",
      "domain/doctor",
      "domain/harbor",
      "domain/vcd",
      "engine/bundle",
      "engine/mirror",
      "engine/oci",
      "engine/network",
    ],
  },
  cli: {
    at: "lib/cli/",
    may: [
      "engine/bundle",
      "engine/checksums",
      "engine/mirror",
      "engine/oci",
      "engine/network",
      "domain/catalog",
      "domain/certificates",
      "domain/cluster-config",
      "domain/doctor",
      "domain/vcd",
      "i18n",
    ],
  },
  demo: {
    at: "lib/demo/",
    may: [
      "engine/sqlite",
      "engine/mirror",
      "engine/oci",
      "engine/network",
      "domain/catalog",
      "db",
      "enums",
      "errors",
      "schemas",
    ],
  },
  testing: {
    at: "lib/testing/",
    may: [
      "free-port",
      "demo",
      "engine/bundle",
      "engine/mirror",
      "engine/oci",
      "engine/network",
      "db",
      "enums",
      "env",
      "errors",
      "schemas",
      "domain/catalog",
      "domain/certificates",
      "domain/doctor",
    ],
  },
  bench: {
    at: "lib/bench/",
    may: ["demo", "testing", "engine/mirror", "engine/oci", "engine/network"],
  },
  launch: {
    at: "lib/launch/",
    may: [
      "file-length",
      "env",
      "logger",
      "storage",
      "secret-file",
      "secrets",
      "free-port",
      "db",
      "auth",
      "demo",
      "testing",
      "seed",
    ],
  },
  seed: {
    at: "prisma/",
    may: [
      "db",
      "permissions",
      "auth",
      "services",
      "schemas",
      "demo",
      "env",
      "secrets",
      "storage",
      "errors",
      "enums",
      "logger",
    ],
  },
  ui: { at: "components/ui/", may: ["i18n"] },
  components: {
    at: "components/",
    may: [
      "audit-actions",
      "ui",
      "engine/checksums",
      "schemas",
      "actions",
      "i18n",
      "quote-argument",
      "permissions",
      "errors",
      "enums",
      "types of services",
    ],
  },
  app: {
    at: "app/",
    may: [
      "components",
      "ui",
      "actions",
      "routes",
      "services",
      "auth",
      "permissions",
      "schemas",
      "errors",
      "i18n",
      "enums",
    ],
  },
};

// Packages and built-ins that only some may name.
const reserved: { what: RegExp; only: string[] }[] = [
  {
    what: /^(undici|node:net|node:tls|node:http|node:https|node:http2|node:dgram|node:dns)(\/|$)/,
    only: ["engine/network", "free-port", "launch", "testing", "bench"],
  },
  {
    what: /^(next|next-auth)(\/|$)/,
    only: ["app", "components", "ui", "auth", "i18n", "routes", "actions", "launch"],
  },
  { what: /^(react|react-dom)(\/|$)/, only: ["app", "components", "ui", "i18n", "auth"] },
  { what: /^(pg|@prisma\/.*)$/, only: ["db", "queue", "testing", "routes", "services", "worker"] },
  { what: /^pg-boss$/, only: ["queue", "worker"] },
];

// Single files that alone may name a thing.
const chokePoints: { name: RegExp; allowed: RegExp }[] = [
  { name: /\bissueAccess\b/, allowed: /^lib\/auth\/(access|authorize|schedule-access|system-access)\.ts$/ },
  {
    name: /\bwriteDb\b/,
    allowed:
      /^lib\/(db\/(client|with-change)\.ts|auth\/[a-z-]+\.ts|queue\/[a-z-]+\.ts|worker\/[a-z-/]+\.ts)$/,
  },
  {
    name: /\bprocess\.env\b/,
    allowed:
      /^(lib\/env\.ts|lib\/launch\/.*|lib\/testing\/.*|lib\/bench\/.*|e2e\/.*|lib\/cli\/.*|[a-z.]+\.config\.(ts|mjs))$/,
  },
];

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const files = globSync("{app,components,lib,prisma,e2e}/**/*.{ts,tsx}")
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.startsWith("lib/db/generated/") && file !== "lib/architecture.test.ts");
const sources = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

function layerOf(file: string): string {
  return Object.entries(layers).find(([, layer]) => file.startsWith(layer.at))?.[0] ?? "none";
}

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const target = specifier.startsWith("#")
      ? specifier.slice(1)
      : specifier.startsWith(".")
        ? normalize(join(dirname(file), specifier))
        : specifier;
    found.push({ file, target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        const typeOnly = ts.isImportDeclaration(node)
          ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
          : node.isTypeOnly;
        add(node.moduleSpecifier.text, typeOnly);
      }
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(argument.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isOurs = (target: string) => /^(app|components|lib|prisma|e2e)\//.test(target);
const imports = [...sources]
  .filter(([file]) => !isTest(file))
  .flatMap(([file, text]) => importsOf(file, text));

describe("architecture", () => {
  it("gives every file a layer", () => {
    const homeless = files.filter((file) => layerOf(file) === "none" && !file.startsWith("e2e/"));
    expect(homeless).toEqual([]);
  });

  it("lets no layer import what is above it", () => {
    const wrong = imports.filter(({ file, target, typeOnly }) => {
      if (!isOurs(target) || file.startsWith("e2e/")) return false;
      const [from, to] = [layerOf(file), layerOf(target)];
      const may = layers[from]?.may ?? [];
      return from !== to && !may.includes(to) && !(typeOnly && may.includes(`types of ${to}`));
    });
    expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it("keeps sockets, the framework and the database driver where they belong", () => {
    const wrong = imports.filter(({ file, target, typeOnly }) => {
      const rule = reserved.find(({ what }) => what.test(target));
      return rule && !typeOnly && !file.startsWith("e2e/") && !rule.only.includes(layerOf(file));
    });
    expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it("has no import cycles", () => {
    const edges = new Map<string, string[]>();
    for (const { file, target, typeOnly } of imports) {
      if (!typeOnly && sources.has(target)) edges.set(file, [...(edges.get(file) ?? []), target]);
    }
    const cycles: string[] = [];
    const state = new Map<string, "open" | "done">();
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
        return;
      }
      state.set(file, "open");
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, "done");
    };
    for (const file of edges.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("names choke points nowhere else", () => {
    const wrong = [...sources]
      .filter(([file]) => !isTest(file))
      .flatMap(([file, text]) =>
        chokePoints
          .filter(({ name, allowed }) => name.test(text) && !allowed.test(file))
          .map(({ name }) => `${file}: ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("exports only actions from 'use server' files", () => {
    const wrong: string[] = [];
    for (const [file, text] of sources) {
      if (!/^\s*["']use server["']/.test(text)) continue;
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      for (const statement of source.statements) {
        const exported =
          ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
        if (!exported || ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement))
          continue;
        const isAction =
          ts.isVariableStatement(statement) &&
          statement.declarationList.declarations.every((declaration) =>
            declaration.initializer?.getText(source).startsWith("defineAction("),
          );
        if (!isAction) wrong.push(`${file}: ${statement.getText(source).slice(0, 60)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("answers the browser through defineRoute only", () => {
    const wrong = [...sources].flatMap(([file, text]) => {
      // Sign-in's own routes are next-auth's behind a guard.
      if (!/^app\/.*\/route\.ts$/.test(file) || file.startsWith("app/api/auth/")) return [];
      const exported = text.match(/^export .*$/gm) ?? [];
      return exported
        .filter((line) => !/^export const (GET|POST|PUT|PATCH|DELETE) = defineRoute\(\{$/.test(line))
        .map((line) => `${file}: ${line}`);
    });
    expect(wrong).toEqual([]);
  });

  it("writes nothing by raw SQL past the one place of changes", () => {
    const wrong = [...sources].flatMap(([file, text]) => {
      if (isTest(file)) return [];
      const statements = [...text.matchAll(/\bdb\.\$queryRaw(?:<[^`]*>)?`([^`]*)`/g)];
      return statements
        .filter(([, sql = ""]) => !/^\s*SELECT\b/.test(sql) || /\b(INSERT|UPDATE|DELETE|MERGE)\b/.test(sql))
        .map(([statement]) => `${file}: ${statement.slice(0, 80)}`);
    });
    expect(wrong).toEqual([]);
  });

  it("gives every service function an Access first", () => {
    const wrong: string[] = [];
    for (const [file, text] of sources) {
      if (!file.startsWith("lib/services/") || isTest(file)) continue;
      // A service of several files speaks through its index; the rest are its parts.
      if (/^lib\/services\/[^/]+\/(?!index\.ts)/.test(file)) continue;
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      for (const statement of source.statements) {
        if (!ts.isFunctionDeclaration(statement)) continue;
        const exported = statement.modifiers?.some(
          (modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword,
        );
        const first = statement.parameters[0]?.type?.getText(source) ?? "";
        if (exported && !first.startsWith("Access<")) wrong.push(`${file}: ${statement.name?.text}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("keeps files small", () => {
    const limit = (file: string) => (isTest(file) || file.startsWith("e2e/") ? 800 : 400);
    const long = [...sources]
      .filter(([file, text]) => text.split("\n").length > limit(file))
      .map(([file]) => file);
    expect(long).toEqual([]);
  });
});
