import { isSecretField } from "#lib/redact.ts";
import { storableText } from "#lib/storable-text.ts";
import type { Prisma } from "./generated/client.ts";

type JsonValue = Prisma.InputJsonValue | null;

/** A row as the audit trail keeps it: without secret fields, and with nothing that JSON cannot hold. */
export function formatAuditRow(row: object): Prisma.InputJsonObject {
  const fields: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(row) as [string, unknown][]) {
    if (isSecretField(name)) continue;
    const json = formatValue(value);
    if (json !== undefined) fields[name] = json;
  }
  return fields;
}

function formatValue(value: unknown): JsonValue | undefined {
  if (typeof value === "string") return storableText(value);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((each) => formatValue(each) ?? null);
  return typeof value === "object" ? formatAuditRow(value) : undefined;
}
