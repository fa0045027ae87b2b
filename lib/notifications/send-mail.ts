import { createTransport } from "nodemailer";
import { classifyFailure } from "#lib/engine/network/classify-failure.ts";
import { NetworkError } from "#lib/engine/network/network-error.ts";
import { connectToServer } from "#lib/engine/network/server-connection.ts";
import { AppError, type AppErrorFacts } from "#lib/errors.ts";
import type { SendLimits } from "./send-webhook.ts";
import { describeSilence, describeUnreachable } from "./unreachable.ts";

export interface MailServer {
  /** Of IPv6 addresses with brackets. */
  readonly host: string;
  readonly port: number;
  readonly security: "starttls" | "tls" | "none";
  readonly caPem: string | null;
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

export interface Mail {
  /** The same in every attempt: mail programs show one of those that have the same. */
  readonly id: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

type Step = AppErrorFacts["mail-refused"]["reason"];

const connectTimeoutMs = 8_000;
const silenceMs = 10_000;
const maxReplyBytes = 16_384;
const maxReplyLength = 200;

/**
 * Sends a mail to one server.
 *
 * @returns what was wrong although it has been taken: some recipients were not
 * @throws AppError `channel-unreachable`, `mail-refused`
 */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  { totalMs, signal }: SendLimits,
): Promise<AppError | null> {
  const { host, port, security, caPem, credentials } = server;
  const origin = `smtp://${host}:${port}`;
  const limit = AbortSignal.timeout(totalMs);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    const { socket, trust } = await connectToServer({
      origin,
      connectTimeoutMs,
      ...(caPem && { caCertificates: [caPem] }),
    });
    stop.addEventListener("abort", () => socket.destroy(), { once: true });
    const transport = createTransport({
      connection: socket,
      host: host.replace(/^\[(.*)\]$/, "$1"),
      port,
      name: formatOwnAddress(socket.localAddress),
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      tls: trust,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: silenceMs,
      socketTimeout: silenceMs,
      maxResponseSize: maxReplyBytes,
      disableFileAccess: true,
      disableUrlAccess: true,
      // A server that does not offer to let anybody in is asked all the same, so that it says so.
      ...(credentials && {
        auth: { user: credentials.username, pass: credentials.password },
        forceAuth: true,
      }),
    });
    const { rejected, response } = await transport.sendMail({
      messageId: `<${mail.id}@${mail.sender.replace(/^.*@/, "")}>`,
      from: { name: "Drayage", address: mail.sender },
      to: [...mail.recipients],
      subject: mail.subject,
      text: mail.text,
      date: mail.at,
      // RFC 3834: no answering machine is to write back.
      headers: { "Auto-Submitted": "auto-generated" },
      signal: stop,
    });
    if (rejected.length === 0) return null;
    return new AppError("mail-refused", {
      ...{ origin, reason: "recipients", recipients: rejected },
      ...readReply(response, credentials),
    });
  } catch (error) {
    if (limit.aborted) throw describeSilence(origin, error);
    if (signal?.aborted) throw error;
    throw explain(error, origin, credentials);
  }
}

/** RFC 5321 section 4.1.3: what a machine says that may have no name which others know. */
function formatOwnAddress(address = ""): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, "");
  return plain.includes(":") ? `[IPv6:${plain.replace(/%.*$/, "")}]` : `[${plain || "127.0.0.1"}]`;
}

function explain(error: unknown, origin: string, credentials: MailServer["credentials"]): unknown {
  const network =
    error instanceof NetworkError ? error : classifyFailure(restorePlatformCode(error), origin, false);
  if (network !== null) return describeUnreachable(network, origin);
  if (!isMailFailure(error)) return error;
  const reason = stepOf(error);
  // It closed the connection, or said something else than SMTP.
  const isBroken = error.response === undefined && (error.code === "ECONNECTION" || error.code === "ETLS");
  if (isBroken || (reason === "greeting" && error.response === undefined)) {
    const code = isBroken ? "connection-lost" : "protocol-mismatch";
    return describeUnreachable(new NetworkError(code, { origin, retryable: true }, error), origin);
  }
  const facts = { origin, reason, ...readReply(error.response ?? "", credentials) };
  return new AppError("mail-refused", facts, { cause: error });
}

/** What the library adds to errors of the platform and makes of a server's answers. */
interface MailFailure extends Error {
  code: string;
  originalCode?: string;
  command?: string;
  response?: string;
}

function isMailFailure(error: unknown): error is MailFailure {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z]+$/.test(error.code)
  );
}

/** The library's own code stands where the platform's was. */
function restorePlatformCode(error: unknown): unknown {
  if (!isMailFailure(error) || error.originalCode === undefined) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: error.originalCode });
}

function stepOf({ code, command = "" }: MailFailure): Step {
  if (code === "EAUTH" || command.startsWith("AUTH")) return "signIn";
  if (code === "ETLS" || command === "STARTTLS") return "starttls";
  if (command === "MAIL FROM") return "sender";
  if (command === "RCPT TO") return "recipients";
  return command === "DATA" ? "message" : "greeting";
}

/** A server's words, bounded; a password that it repeats is left out. */
function readReply(
  response: string,
  credentials: MailServer["credentials"],
): { status: number; reply: string } {
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 0);
  const password = credentials?.password ?? "";
  const told = password === "" ? response : response.replaceAll(password, "…");
  return { status, reply: told.replaceAll(/\p{Cc}+/gu, " ").slice(0, maxReplyLength) };
}
