/** The embedded database cannot run; the message is a sentence for the person at the terminal. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = "EmbeddedDatabaseError";
}
