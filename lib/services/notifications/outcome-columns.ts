import { Prisma } from "#lib/db/generated/client.ts";
import { DeliveryState } from "#lib/db/generated/enums.ts";
import { storable } from "./announce.ts";
import type { SendResult } from "./send-notification.ts";

/** What a delivery that is over keeps of its last attempt. */
export function deliveryColumns(result: SendResult) {
  const error = result.ok ? result.note : result.error;
  return {
    state: result.ok ? DeliveryState.delivered : DeliveryState.failed,
    latencyMs: result.ok ? result.latencyMs : null,
    errorCode: error?.code ?? null,
    errorFacts: error ? storable(error.facts) : Prisma.DbNull,
    nextAttemptAt: null,
    finishedAt: new Date(),
  };
}

/** What its channel keeps of it. */
export function channelColumns(result: SendResult) {
  const error = result.ok ? result.note : result.error;
  return {
    lastAttemptAt: new Date(),
    lastErrorCode: error?.code ?? null,
    lastErrorFacts: error ? storable(error.facts) : Prisma.DbNull,
  };
}
