import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import type { SchemaEngine, SchemaFilter } from "@prisma/schema-engine-wasm";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { Pool } from "pg";

const schemaPath = fileURLToPath(new URL("../../prisma/schema.prisma", import.meta.url));

/** The bindings as wasm-bindgen makes them; their type file leaves out the two that start the engine. */
interface EngineBindings {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  SchemaEngine: {
    new: (options: object, log: (line: string) => void, adapter: object) => Promise<SchemaEngine>;
  };
}

export const allTables: SchemaFilter = { externalTables: [], externalEnums: [] };

let engineBindings: Promise<EngineBindings> | undefined;

/** Prisma's schema engine as WebAssembly: its usual program is downloaded, which an air-gapped machine cannot do. */
async function loadBindings(): Promise<EngineBindings> {
  const engine = bindings as unknown as EngineBindings;
  const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(path.replace(/\.js$/, ".wasm"));
  const imports = { "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return engine;
}

// The adapter does not know PostgreSQL's internal "char", in which the engine asks for the kinds of constraints and of
// their actions: it gets them as text, and the engine is told that they are characters.
const internalChars = /\b(constr\.contype(?= AS)|con1\.conf(del|upd)type)/g;
const charColumns = new Set(["constraint_type", "confdeltype", "confupdtype"]);

/** The adapter as the schema engine needs it. */
class EngineAdapterFactory extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    // The usual one cuts a script at every ";", even in a function's body: PostgreSQL itself is the better judge.
    adapter.executeScript = async (sql) => void (await adapter.executeRaw({ sql, args: [], argTypes: [] }));
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async ({ sql, ...query }) => {
      const result = await queryRaw({ ...query, sql: sql.replace(internalChars, "$&::text") });
      const columnTypes = result.columnTypes.map((type, index) =>
        charColumns.has(result.columnNames[index] ?? "") ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  }
}

export async function openSchemaEngine(pool: Pool): Promise<SchemaEngine> {
  engineBindings ??= loadBindings();
  const { SchemaEngine } = await engineBindings;
  const adapter = bindMigrationAwareSqlAdapterFactory(new EngineAdapterFactory(pool));
  const datamodels = [[schemaPath, await readFile(schemaPath, "utf8")]];
  return SchemaEngine.new({ datamodels }, () => undefined, adapter);
}

/** SQL that turns the database into what prisma/schema.prisma says; "" when nothing is to do. */
export async function diffSchema(url: string): Promise<string> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    const engine = await openSchemaEngine(pool);
    const files = [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }];
    const { exitCode, stdout } = await engine.diff({
      // The engine is bound to its connection; the schema only names the kind of database.
      from: { tag: "schemaDatasource", configDir: dirname(schemaPath), files },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: allTables,
    });
    engine.free();
    return exitCode === 0 ? "" : (stdout ?? "");
  } finally {
    await pool.end();
  }
}
