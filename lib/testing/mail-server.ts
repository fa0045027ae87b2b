import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it came over the wire. */
interface ReceivedMail {
  sender: string;
  recipients: string[];
  /** Headers and body; lines end with CRLF. */
  raw: string;
  /** Whether it came encrypted, and as whom. */
  secure: boolean;
  username: string | null;
}

export interface MailServer {
  port: number;
  mails: ReceivedMail[];
  stop(): Promise<void>;
}

export interface MailServerOptions {
  /** Begins with TLS, or lets clients begin it; without one there is no encryption. */
  tls?: { cert: string; key: string; implicit: boolean };
  /** Whoever wants to send must sign in so. */
  credentials?: { username: string; password: string };
  /** Recipients that it does not take. */
  unknown?: readonly string[];
  port?: number;
}

/** A real mail server of a test, on 127.0.0.1, which keeps what it gets in memory. */
export async function startMailServer({
  tls,
  credentials,
  unknown = [],
  port = 0,
}: MailServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    ...(tls && { cert: tls.cert, key: tls.key, secure: tls.implicit }),
    disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(credentials ? [] : ["AUTH"])],
    authOptional: credentials === undefined,
    // The panel warns of it; here it shows what then goes over the wire.
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      const fits = username === credentials?.username && password === credentials?.password;
      if (fits) callback(null, { user: username });
      else callback(Object.assign(new Error(`no such password: ${password}`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, callback) {
      if (unknown.includes(address))
        callback(Object.assign(new Error("no such user"), { responseCode: 550 }));
      else callback();
    },
    onData(stream, { envelope, secure, user }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        mails.push({
          sender: mailFrom ? mailFrom.address : "",
          recipients: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          secure,
          username: typeof user === "string" ? user : null,
        });
        callback();
      });
    },
  });
  // Clients of tests end as they like.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
