import { bundleError } from "../bundle-error.ts";
import { tarEntryBytes } from "../layout.ts";
import { tarBlockBytes, tarEndBytes } from "../tar/tar-header.ts";

/** Something that stands in a volume. */
export interface VolumeEntry<Item> {
  readonly item: Item;
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes that having it adds to what stands at the volume's beginning. */
  readonly indexBytes?: number;
  /** How it is called once it is cut, its number from 1; what has no such name is not cut. */
  readonly partName?: (number: number) => string;
}

interface AssignedEntry<Item> {
  readonly item: Item;
  readonly name: string;
  readonly part: { readonly from: number; readonly sizeBytes: number };
}

export interface AssignedVolume<Item> {
  readonly entries: readonly AssignedEntry<Item>[];
}

interface OpenVolume<Item> {
  readonly entries: AssignedEntry<Item>[];
  freeBytes: number;
}

/** Smaller pieces are not worth a cut, unless volumes are small themselves. */
const smallestPartBytes = 16 * 1024 * 1024;

/**
 * Distributes entries over volumes of a size: each to the first that has room, and cut only what is larger than a volume.
 * The order of entries is kept within a volume.
 *
 * @param volumeBytes of each volume at most; Infinity for a single one
 * @param reservedBytes what each volume begins with besides its entries' `indexBytes`
 * @throws EngineError `volume-too-small` when something that is not cut does not fit in an empty volume
 */
export function assignVolumes<Item>(
  entries: readonly VolumeEntry<Item>[],
  volumeBytes: number,
  reservedBytes: number,
): readonly AssignedVolume<Item>[] {
  const volumes: OpenVolume<Item>[] = [];
  // Index bytes are padded to whole blocks, once a volume.
  const emptyBytes = volumeBytes - reservedBytes - tarEndBytes - tarBlockBytes;
  const open = (): OpenVolume<Item> => {
    const volume = { entries: [], freeBytes: emptyBytes };
    volumes.push(volume);
    return volume;
  };
  const place = (volume: OpenVolume<Item>, entry: AssignedEntry<Item>, takenBytes: number) => {
    volume.entries.push(entry);
    volume.freeBytes -= takenBytes;
  };
  for (const { item, name, sizeBytes, indexBytes = 0, partName } of entries) {
    const takenBytes = tarEntryBytes(name, sizeBytes) + indexBytes;
    if (takenBytes <= emptyBytes) {
      const volume = volumes.find(({ freeBytes }) => takenBytes <= freeBytes) ?? open();
      place(volume, { item, name, part: { from: 0, sizeBytes } }, takenBytes);
      continue;
    }
    if (partName === undefined) throw tooSmall(volumeBytes, takenBytes);
    const worthBytes = Math.min(smallestPartBytes, emptyBytes / 2);
    let number = 1;
    for (let from = 0; from < sizeBytes; number++) {
      const part = partName(number);
      const headerBytes = tarEntryBytes(part, 0);
      const last = volumes.at(-1);
      const volume = last && last.freeBytes - headerBytes >= worthBytes ? last : open();
      const room = Math.floor((volume.freeBytes - headerBytes) / tarBlockBytes) * tarBlockBytes;
      if (room <= 0) throw tooSmall(volumeBytes, takenBytes);
      const length = Math.min(room, sizeBytes - from);
      place(volume, { item, name: part, part: { from, sizeBytes: length } }, tarEntryBytes(part, length));
      from += length;
    }
  }
  if (volumes.length === 0) open();
  return volumes;
}

function tooSmall(limit: number, requiredBytes: number) {
  return bundleError("volume-too-small", { operation: "write-file", limit, requiredBytes });
}
