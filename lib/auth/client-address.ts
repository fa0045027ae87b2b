import { z } from "zod";

const ipAddress = z.union([z.ipv4(), z.ipv6()]);

/**
 * The address a request came from: the last entry of X-Forwarded-For, which the server in front of Next writes; what
 * stands before it is the sender's own word. Empty when there is none.
 */
export function clientAddress(headers: Headers): string {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  // An IPv4 peer of a dual-stack socket.
  const address = last.startsWith("::ffff:") && last.includes(".") ? last.slice("::ffff:".length) : last;
  return ipAddress.safeParse(address).success ? address : "";
}
