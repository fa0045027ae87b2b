/** Bytes in memory in the place of a file; whoever reads beyond them fails. */
export interface MemoryFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly start: number;
  read(into: Uint8Array, offset: number): Promise<void>;
}

export function createMemoryFile(content: Uint8Array, name = "memory.tar"): MemoryFile {
  return {
    name,
    sizeBytes: content.byteLength,
    start: 0,
    read(into, offset) {
      const end = offset + into.byteLength;
      if (!Number.isInteger(offset) || offset < 0 || end > content.byteLength) {
        return Promise.reject(new Error(`read out of bounds: ${offset} to ${end} of ${content.byteLength}`));
      }
      into.set(content.subarray(offset, end));
      return Promise.resolve();
    },
  };
}
