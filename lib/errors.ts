import type { FieldError, InputErrorCode } from "./errors-of-input.ts";

export { type FieldError, type InputErrorCode, inputErrorCodes } from "./errors-of-input.ts";

/**
 * Errors that are safe to show: a code plus typed facts. The sentence is made at the edge, in the reader's language
 * (`errors.<code>` in the messages). Anything else that is thrown is logged with an id and shown as `unexpected`.
 */
export interface AppErrorFacts {
  unexpected: { id: string };
  "signed-out": Record<never, never>;
  "not-allowed": { permission: string };
  "not-found": { what: ObjectKind };
  "invalid-input": { fields: Record<string, FieldError> };
  "origin-refused": { origin: string };
  "body-too-large": { limitBytes: number };
  "name-taken": { what: ObjectKind; name: string };
  /** Of offers and selections, `names` says whose they are, bounded; `forAll` that the offer for all is among them. */
  "in-use": {
    what: ObjectKind;
    name: string;
    by: ObjectKind;
    count: number;
    names?: string[];
    forAll?: boolean;
  };
  "sign-in-failed": Record<never, never>;
  "sign-in-limited": { retryAfterSeconds: number };
  "account-disabled": { name: string };
  "cookies-refused": { publicUrl: string };
  "link-invalid": Record<never, never>;
  "setup-closed": Record<never, never>;
  "wrong-password": Record<never, never>;
  "last-provider": { name: string };
  "own-account": { name: string };
  "organization-disabled": { name: string };
  "job-state-conflict": { number: number; state: string };
  /** A release that is not what its source says any more: it has to be looked up again first. */
  "release-outdated": { name: string };
  /** A release that is being looked up already, by the job of that number. */
  "refresh-running": { name: string; number: number };
  "nothing-to-copy": Record<never, never>;
  /** Of an organization of that name. */
  "nothing-offered": { name: string };
  "nothing-selected": { name: string };
  "destination-missing": { name: string };
  /** Of a release of that name: somebody has saved since, or something else is offered now. */
  "selection-changed": { name: string };
  "offer-changed": { name: string };
  /** Somebody has saved the same offer since it was read. */
  "offer-overtaken": Record<never, never>;
  /** A certificate that stands in lists which it was not to be taken out of. */
  "certificate-listed": { name: string };
  /** A certificate that stands in no list has no place that another could take. */
  "certificate-unlisted": { name: string };
  /** A certificate whose successor is there already. */
  "certificate-being-replaced": { name: string };
  /** A certificate that nothing is replacing any more. */
  "replacement-over": { name: string };
  /** Somebody has saved the server's configuration since it was read. */
  "config-overtaken": Record<never, never>;
  /** A configuration with that many problems; the first is at `path`, `problem` is one of the codes of domain/vcd. */
  "config-invalid": { path: string; problem: string; count: number };
  /** There is no configuration of the server yet that could be changed. */
  "config-missing": Record<never, never>;
  /** A text that is no VCDKEConfig, by one of the codes of documents in domain/vcd; `line` and `column` from 1. */
  "config-unreadable": {
    documentError: string;
    line?: number;
    column?: number;
    path?: string;
  };
  "nothing-to-retry": { number: number };
  /** Nothing that a prune would look at is known to stand at that registry. */
  "nothing-to-prune": { registry: string };
  /** Copies and deletions at one registry keep out of each other's way: a job of that kind is at work there. */
  "destination-busy": { registry: string; doing: "copy" | "prune" };
  /** A schedule whose last job, of that number, is not done. */
  "schedule-overlap": { number: number };
  "schedule-interrupted": Record<never, never>;
  /** A schedule that is paused or has stopped. */
  "schedule-idle": { name: string };
  /** Why a schedule has stopped: `name` is its owner's. */
  "schedule-owner-disabled": { name: string };
  "schedule-owner-not-allowed": { name: string };
  "schedule-object-gone": { what: ObjectKind };
  "source-is-target": { reference: string };
  "target-collision": { target: string; first: string; second: string };
  /** What is read at `second` would be written over: `first` goes to `target`, which is in the same repository. */
  "source-overlaps-target": { target: string; first: string; second: string };
  /** A row of a table of rules, from 1. `problem` is one of the problems of such tables. */
  "rule-invalid": { line: number; text: string; problem: string };
  /** `problem` is one of the engine's reference problems; `known` is what the line could be meant for. */
  "list-line-invalid": { file: string; line: number; text: string; problem: string; known?: string };
  "list-too-large": { file: string; limitBytes: number; limitLines: number };
  "list-empty": { file: string };
  /** A release whose document is another than the one that was edited. */
  "document-changed": { name: string };
  "registry-changed": { name: string };
  /** A container registry URL that was not examined lately with what is trusted now. */
  "registry-unchecked": { registry: string };
  /** What keeps clusters from pulling from a container registry URL, and was not confirmed: codes of findings. */
  "registry-problems": { registry: string; count: number; problems: string[] };
  "secret-unreadable": { name: string };
  "worker-lost": { attempts: number };
  /** A bundle in a state in which this cannot be done with it. */
  "bundle-not-ready": { name: string; state: string };
  "bundle-key-untrusted": { name: string; fingerprint: string };
  /** The bundle that an export or import needs is nowhere that the worker can read. */
  "bundle-elsewhere": { name: string };
  /** A folder for bundles that the panel itself does not hold. */
  "store-unreachable": { name: string };
  /** A folder for bundles that no worker holds now. */
  "store-without-worker": { name: string };
  "store-full": { name: string; requiredBytes: number; availableBytes: number };
  /** A file of a folder for bundles that is to travel along with an export. */
  "store-file-missing": { name: string; store: string };
  "store-file-changed": { name: string; store: string };
  /** Bytes that do not follow those that are there: `offset` says where the next ones belong. */
  "upload-offset": { file: string; offset: number };
  "upload-incomplete": { file: string; expectedBytes: number; actualBytes: number };
  /** Projects of a Harbor that are not there, and that we may not make: `reason` says why. */
  "harbor-project-missing": {
    registry: string;
    projects: string[];
    reason: "unauthorized" | "forbidden" | "readOnly";
  };
  /** Projects of a Harbor to which nothing can be pushed. */
  "harbor-project-unusable": { registry: string; projects: string[]; reason: "proxyCache" | "nameRefused" };
  /** A repository that would stand in no project of a Harbor. */
  "harbor-project-needed": { registry: string; repository: string };
  /** A channel that is paused or has stopped. */
  "channel-idle": { name: string };
  /** A notification that is on its way. */
  "delivery-under-way": Record<never, never>;
  /** `origin` is `scheme://host:port` of what was to be told, in this and the next two. */
  "channel-unreachable": {
    origin: string;
    reason: UnreachableReason;
    platformCode?: string;
    proxy?: string;
  };
  /** The answer of a webhook's address. */
  "webhook-refused": { origin: string; reason: WebhookRefusal; status: number };
  /** At which step a mail server refused, with its words and their status, 0 where it said nothing. */
  "mail-refused": {
    origin: string;
    reason: MailStep;
    status: number;
    reply: string;
    /** Of several, those that it did not take. */
    recipients?: string[];
  };
  "image-missing": ComparedImage;
  "image-different": ComparedImage;
  /** `digest` is of the part that is missing or wrong, where it is known. */
  "image-damaged": ComparedImage & { digest?: string };
}

/** Why nothing could be said to the other side of a channel. */
type UnreachableReason =
  | "nameUnknown"
  | "refused"
  | "unreachable"
  | "silent"
  | "broken"
  | "untrusted"
  | "wrongName"
  | "expired"
  | "tlsFailed"
  | "wrongProtocol"
  | "forbidden"
  | "proxy";

type WebhookRefusal = "redirect" | "unauthorized" | "missing" | "gone" | "limited" | "failed" | "other";

type MailStep = "greeting" | "starttls" | "signIn" | "sender" | "recipients" | "message";

/** An image at the target, which is not as the source has it. */
interface ComparedImage {
  side: "target";
  registry: string;
  repository: string;
  /** Tag or digest. */
  reference: string;
}

/** What an error is about: nouns of the product, translated as `objects.<kind>`. */
type ObjectKind =
  | "organization"
  | "user"
  | "session"
  | "registry"
  | "destination"
  | "release"
  | "component"
  | "job"
  | "task"
  | "audit-entry"
  | "link"
  | "bundle"
  | "bundle-store"
  | "bundle-file"
  | "store-file"
  | "key"
  | "certificate"
  | "offer"
  | "selection"
  | "schedule"
  | "notification"
  | "notification-channel"
  | "config-revision"
  | "doctor-run"
  | "cse-version";

export type AppErrorCode = keyof AppErrorFacts;

/** HTTP status of each code; the keys are the closed list of codes. */
const statuses: Record<AppErrorCode, number> = {
  unexpected: 500,
  "signed-out": 401,
  "not-allowed": 403,
  "not-found": 404,
  "invalid-input": 400,
  "origin-refused": 403,
  "body-too-large": 413,
  "name-taken": 409,
  "in-use": 409,
  "sign-in-failed": 401,
  "sign-in-limited": 429,
  "account-disabled": 403,
  "cookies-refused": 400,
  "link-invalid": 410,
  "setup-closed": 410,
  "wrong-password": 400,
  "last-provider": 409,
  "own-account": 409,
  "organization-disabled": 409,
  "job-state-conflict": 409,
  "release-outdated": 409,
  "refresh-running": 409,
  "nothing-to-copy": 400,
  "nothing-offered": 409,
  "nothing-selected": 409,
  "destination-missing": 409,
  "selection-changed": 409,
  "offer-changed": 409,
  "offer-overtaken": 409,
  "certificate-listed": 409,
  "certificate-unlisted": 409,
  "certificate-being-replaced": 409,
  "replacement-over": 409,
  "config-overtaken": 409,
  "config-invalid": 400,
  "config-missing": 409,
  "config-unreadable": 400,
  "nothing-to-retry": 409,
  "nothing-to-prune": 409,
  "destination-busy": 409,
  "schedule-overlap": 409,
  "schedule-interrupted": 500,
  "schedule-idle": 409,
  "schedule-owner-disabled": 409,
  "schedule-owner-not-allowed": 409,
  "schedule-object-gone": 409,
  "source-is-target": 400,
  "target-collision": 400,
  "source-overlaps-target": 400,
  "rule-invalid": 400,
  "list-line-invalid": 400,
  "list-too-large": 413,
  "list-empty": 400,
  "document-changed": 409,
  "registry-changed": 409,
  "registry-unchecked": 409,
  "registry-problems": 409,
  "secret-unreadable": 500,
  "worker-lost": 500,
  "bundle-not-ready": 409,
  "bundle-key-untrusted": 409,
  "bundle-elsewhere": 409,
  "store-unreachable": 409,
  "store-without-worker": 409,
  "store-full": 507,
  "store-file-missing": 409,
  "store-file-changed": 409,
  "upload-offset": 409,
  "upload-incomplete": 409,
  "harbor-project-missing": 500,
  "harbor-project-unusable": 500,
  "harbor-project-needed": 500,
  "channel-idle": 409,
  "delivery-under-way": 409,
  "channel-unreachable": 500,
  "webhook-refused": 500,
  "mail-refused": 500,
  "image-missing": 500,
  "image-different": 500,
  "image-damaged": 500,
};

/** The HTTP status of an error that has become plain data; engine codes are nobody's bad request. */
export function appErrorStatus(code: string): number {
  return (statuses as Record<string, number>)[code] ?? 500;
}

export const appErrorCodes = Object.keys(statuses) as AppErrorCode[];

/** Safe to show to the person who caused it. */
export class AppError<C extends AppErrorCode = AppErrorCode> extends Error {
  override readonly name = "AppError";
  readonly code: C;
  readonly facts: AppErrorFacts[C];

  constructor(code: C, facts: AppErrorFacts[C], options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(facts)}`, options);
    this.code = code;
    this.facts = facts;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** An error as it crosses an edge (action, route, row): nothing but plain data. `code` may also be an engine code. */
export interface ErrorView {
  code: string;
  facts: Record<string, unknown>;
}

/** The browser's own error: the panel did not answer it. */
export const unreachable: ErrorView = { code: "unreachable", facts: {} };

/** True for our own errors and the engine's: both carry a code and facts that may be shown and stored. */
export function hasCodeAndFacts(error: unknown): error is Error & ErrorView {
  return (
    error instanceof Error &&
    (error.name === "AppError" || error.name === "EngineError") &&
    "code" in error &&
    typeof error.code === "string" &&
    "facts" in error &&
    typeof error.facts === "object"
  );
}

/** `invalid-input` about one field, for what a schema cannot see. */
export function fieldError(
  field: string,
  code: InputErrorCode,
  { facts = {}, cause }: { facts?: FieldError["facts"]; cause?: unknown } = {},
): AppError {
  return new AppError("invalid-input", { fields: { [field]: { code, facts } } }, { cause });
}

/** An error as two columns keep it; null when there is none. */
export function formatStoredError(code: string | null, facts: unknown): ErrorView | null {
  return code === null ? null : { code, facts: (facts ?? {}) as ErrorView["facts"] };
}
