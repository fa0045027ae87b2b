import "server-only";
import { pino } from "pino";
import { env } from "./env.ts";
import { redactValue } from "./redact.ts";

/** JSON lines on standard output. Whatever is logged passes the redaction first, the message included. */
export const logger = pino({
  level: env.LOG_LEVEL,
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label }),
    bindings: (bindings) => redactValue(bindings) as typeof bindings,
  },
  // Errors are plain fields by then.
  serializers: { err: (fields: unknown) => fields },
  hooks: {
    logMethod(args, method) {
      const [first, ...rest] = args.map((arg) => redactValue(arg)) as typeof args;
      const merged = args[0] instanceof Error ? { err: first } : first;
      method.apply(this, [merged, ...rest] as typeof args);
    },
  },
});
