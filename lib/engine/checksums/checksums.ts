/** The algorithms that download pages publish, the strongest first. */
export const checksumAlgorithms = ["sha256", "sha1", "md5"] as const;

export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** Hexadecimal digits of a value: no two algorithms have as many. */
export const checksumDigits: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 64, sha1: 40, md5: 32 };

/** As the algorithms are written for people; the same in every language. */
export const checksumNames: Readonly<Record<ChecksumAlgorithm, string>> = {
  sha256: "SHA-256",
  sha1: "SHA-1",
  md5: "MD5",
};

/** The checksums of one file, in lower-case hexadecimal digits. */
export interface Checksums extends Readonly<Record<ChecksumAlgorithm, string>> {
  readonly sizeBytes: number;
}
