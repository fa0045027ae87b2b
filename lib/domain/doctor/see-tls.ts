import type { Certificate } from "../certificates/certificate.ts";
import { referTo } from "../certificates/chain-problem.ts";
import { describeHandshakeEnd } from "../certificates/fetch-chain.ts";
import type { DoctorStep } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import type { PresentedCertificate } from "./finding-facts.ts";
import { makeFinding } from "./make-finding.ts";
import type { Handshake } from "./shake-hands.ts";
import type { ServerPlace } from "./server-place.ts";

/** Whether nodes and this panel agree with a server on TLS, apart from trust. @returns whether they do */
export function* seeTls(
  { chain, failure, durationMs }: Handshake,
  { host, port }: ServerPlace,
  slowAfterMs: number,
  step: DoctorStep,
): Generator<Finding, boolean, undefined> {
  const server = { host, port };
  if (chain !== null && chain.unreadable > 0) {
    yield makeFinding(step, "tls-certificates-unreadable", { ...server, count: chain.unreadable });
  }
  const end = chain === null ? failure : chain.failure;
  const ended = end === null ? null : describeHandshakeEnd(end);
  if (chain?.protocolTooOld || ended?.protocolTooOld) {
    yield makeFinding(step, "tls-protocol-too-old", { ...server, protocol: chain?.protocol ?? null });
    return false;
  }
  if (chain?.wantsClientCertificate) {
    yield makeFinding(step, "tls-client-certificate-wanted", server);
    return false;
  }
  if (end !== null || chain === null) {
    const platformCode = end?.facts.platformCode ?? null;
    yield makeFinding(step, "tls-ended", { ...server, alert: ended?.alert ?? null, platformCode });
    return false;
  }
  const { protocol, cipher, certificates } = chain;
  yield makeFinding(step, "tls-agreed", {
    ...server,
    protocol: protocol ?? "",
    cipher,
    durationMs,
    certificates: certificates.map(describePresented),
  });
  if (durationMs > slowAfterMs) {
    yield makeFinding(step, "tls-slow", { ...server, durationMs, limitMs: slowAfterMs });
  }
  return true;
}

export function describePresented(certificate: Certificate): PresentedCertificate {
  const { issuer, notBefore, notAfter } = certificate.details;
  return {
    ...referTo(certificate),
    issuer: issuer.text,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  };
}
