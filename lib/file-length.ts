import type { ServerResponse } from "node:http";

/**
 * Names the length of a file that is sent. Next drops every `Content-Length` that a route sets, and then nobody who
 * fetches gigabytes could tell how many are to come.
 */
export const fileLengthHeader = "x-file-length";

/** Lets a response say its length after all, whenever the header above is set on it. */
export function keepFileLength(response: Pick<ServerResponse, "setHeader">): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    name.toLowerCase() === fileLengthHeader
      ? setHeader("Content-Length", String(value))
      : setHeader(name, value);
}
