import "server-only";
import { notFound } from "next/navigation";
import type { z } from "zod";
import { AppError } from "#lib/errors.ts";

/** `searchParams` of a page; the schemas made by `listQuery` take it as it is. */
export type PageSearch = Promise<Record<string, string | string[] | undefined>>;

/** The dynamic parts of a page's address; what cannot be one is no page. */
export async function pageParams<S extends z.ZodType>(
  params: Promise<unknown>,
  schema: S,
): Promise<z.output<S>> {
  const result = schema.safeParse(await params);
  return result.success ? result.data : notFound();
}

/** What a page reads: what is not there, or not the reader's, is no page. */
export async function orNotFound<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return notFound();
    throw error;
  }
}
