import { diagnoseChain } from "../certificates/diagnose-chain.ts";
import { askAbout } from "./judge-trust.ts";
import { makeFinding } from "./make-finding.ts";
import type { Judgement, Walk } from "./walk.ts";

const step = "clock";
/** Tokens are refused that were issued in the future; the header itself is told in whole seconds. */
const toleratedSeconds = 60;

/** Whether the server's clock, by the `Date` of its answer (RFC 9110 section 6.6.1), and this machine's agree. */
export function* compareClocks(walk: Walk): Judgement {
  const { host } = walk.place;
  const { headers = {}, at = 0 } = walk.answer ?? {};
  const serverMs = Date.parse(headers.date ?? "");
  if (Number.isNaN(serverMs)) {
    yield makeFinding(step, "clock-unknown", { host });
    return true;
  }
  // JSON knows no negative zero.
  const skewSeconds = Math.round((serverMs - at) / 1000) || 0;
  if (Math.abs(skewSeconds) <= toleratedSeconds) {
    yield makeFinding(step, "clock-agrees", { host, skewSeconds });
    return true;
  }
  yield makeFinding(step, "clock-skewed", {
    host,
    skewSeconds,
    serverTime: new Date(serverMs).toISOString(),
    ownTime: new Date(at).toISOString(),
    explainsValidity: explainsValidity(walk, new Date(serverMs)),
  });
  return true;
}

/** Whether certificates that are not valid now would be at the time that the server tells. */
function explainsValidity(walk: Walk, at: Date): boolean {
  const presented = walk.handshake?.chain?.certificates;
  const isOfTime = ({ code }: { readonly code: string }) => code === "expired" || code === "not-yet-valid";
  const [concerned] = [...walk.diagnoses].filter(([, { problems }]) => problems.some(isOfTime));
  if (presented === undefined || concerned === undefined) return false;
  const question = askAbout(walk, concerned[0], { host: walk.place.host, presented });
  return !diagnoseChain({ ...question, at }).problems.some(isOfTime);
}
