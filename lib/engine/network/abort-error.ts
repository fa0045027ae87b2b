/** What a request throws that is called off: by its signal, whose reason is the cause, or by the end of its transport. */
export function abortError(cause: unknown): Error {
  const error = new Error("aborted", { cause });
  error.name = "AbortError";
  return error;
}
