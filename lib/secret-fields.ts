const secretWords = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "token",
  "authorization",
  "cookie",
  "credential",
  "privatekey",
  "apikey",
];

/** True for field and header names whose value must reach neither a log nor the audit trail. */
export function isSecretField(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, "");
  return secretWords.some((word) => plain.includes(word));
}
