import type { z } from "zod";
import { readDocuments } from "./read-documents.ts";

/** The first document of a text that is what a schema describes, or null. */
export function findObject<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> | null {
  for (const each of readDocuments(text).documents) {
    const { success, data } = schema.safeParse(each);
    if (success) return data;
  }
  return null;
}
