/** What came is not HTTP as RFC 9112 has it. The reason is for a log. */
export const malformed = (reason: string): Error =>
  Object.assign(new Error(reason), { code: "MALFORMED_RESPONSE" });
