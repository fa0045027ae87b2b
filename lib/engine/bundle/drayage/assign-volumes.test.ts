import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tarEntryBytes } from "../layout.ts";
import { assignVolumes, type VolumeEntry } from "./assign-volumes.ts";

const reservedBytes = 3 * 1024;
/** The end of a tar, and the padding of what stands at its beginning. */
const closingBytes = 1024 + 512;
const emptyBytes = (volumeBytes: number) => volumeBytes - reservedBytes - closingBytes;

interface Size {
  readonly sizeBytes: number;
  readonly indexBytes: number;
  readonly cuttable: boolean;
}

const entriesOf = (sizes: readonly Size[]): VolumeEntry<number>[] =>
  sizes.map(({ sizeBytes, indexBytes, cuttable }, at) => ({
    item: at,
    name: `blobs/${at}`,
    sizeBytes,
    indexBytes: cuttable ? 0 : indexBytes,
    ...(cuttable && { partName: (number: number) => `parts/${at}/${number}` }),
  }));

const size = fc.record({
  sizeBytes: fc.oneof(fc.nat(3000), fc.nat(200_000)),
  indexBytes: fc.nat(300),
  cuttable: fc.boolean(),
});
/** Large enough for what is not cut. */
const volume = fc.integer({ min: 210_000, max: 600_000 });
const cuttable = fc.record({
  sizeBytes: fc.nat(2_000_000),
  indexBytes: fc.constant(0),
  cuttable: fc.constant(true),
});

function measure(entries: readonly VolumeEntry<number>[], volumeBytes: number) {
  const volumes = assignVolumes(entries, volumeBytes, reservedBytes);
  const taken = volumes.map(({ entries: here }) =>
    here.reduce((sum, { item, name, part }) => {
      return sum + tarEntryBytes(name, part.sizeBytes) + (entries[item]?.indexBytes ?? 0);
    }, 0),
  );
  return { volumes, taken };
}

describe("assigning entries to volumes", () => {
  test("keeps every volume within its size, and has every byte once and in order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(size, cuttable), { maxLength: 30 }), volume, (sizes, volumeBytes) => {
        const entries = entriesOf(sizes);
        const { volumes, taken } = measure(entries, volumeBytes);
        for (const bytes of taken) expect(bytes).toBeLessThanOrEqual(emptyBytes(volumeBytes));
        const next = new Map<number, number>();
        for (const { entries: here } of volumes) {
          for (const { item, part } of here) {
            expect(part.from).toBe(next.get(item) ?? 0);
            next.set(item, part.from + part.sizeBytes);
          }
        }
        expect(sizes.map((_, at) => next.get(at))).toEqual(sizes.map(({ sizeBytes }) => sizeBytes));
      }),
    );
  });

  test("cuts only what is larger than a volume, and into parts with names of their own", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(size, cuttable), { maxLength: 20 }), volume, (sizes, volumeBytes) => {
        const entries = entriesOf(sizes);
        const { volumes } = measure(entries, volumeBytes);
        const names = volumes.flatMap(({ entries: here }) => here.map(({ name }) => name));
        expect(new Set(names).size).toBe(names.length);
        for (const { entries: here } of volumes) {
          for (const { item, name, part } of here) {
            const entry = entries[item];
            const fits = tarEntryBytes(`blobs/${item}`, entry?.sizeBytes ?? 0) <= emptyBytes(volumeBytes);
            if (fits)
              expect({ name, ...part }).toEqual({ name: entry?.name, from: 0, sizeBytes: entry?.sizeBytes });
            else expect(name).toMatch(new RegExp(`^parts/${item}/`));
          }
        }
      }),
    );
  });

  test("leaves no room in front for what stands further back", () => {
    fc.assert(
      fc.property(fc.array(size, { minLength: 2, maxLength: 40 }), volume, (sizes, volumeBytes) => {
        const entries = entriesOf(sizes);
        const { volumes, taken } = measure(entries, volumeBytes);
        for (const [at, { entries: here }] of volumes.entries()) {
          for (const { item, name, part } of here) {
            const needed = tarEntryBytes(name, part.sizeBytes) + (entries[item]?.indexBytes ?? 0);
            for (const before of taken.slice(0, at)) {
              expect(emptyBytes(volumeBytes) - before).toBeLessThan(needed);
            }
          }
        }
      }),
    );
  });

  test("fills all volumes but the last with what is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 20_000_000 }), volume, (sizeBytes, volumeBytes) => {
        const entries = entriesOf([{ sizeBytes, indexBytes: 0, cuttable: true }]);
        const { taken } = measure(entries, volumeBytes);
        for (const bytes of taken.slice(0, -1)) {
          expect(emptyBytes(volumeBytes) - bytes).toBeLessThan(512);
        }
      }),
    );
  });

  test("has a single volume for everything when there is no limit", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(size, cuttable), { maxLength: 20 }), (sizes) => {
        expect(assignVolumes(entriesOf(sizes), Infinity, reservedBytes)).toHaveLength(1);
      }),
    );
  });

  test("refuses volumes that are too small for what is not cut, or for anything", () => {
    const whole = entriesOf([{ sizeBytes: 100_000, indexBytes: 0, cuttable: false }]);
    expect(() => assignVolumes(whole, 100_000, reservedBytes)).toThrow(
      expect.objectContaining({
        code: "volume-too-small",
        facts: expect.objectContaining({ limit: 100_000, requiredBytes: 512 + 100_352 }) as unknown,
      }),
    );
    const cut = entriesOf([{ sizeBytes: 100_000, indexBytes: 0, cuttable: true }]);
    for (const volumeBytes of [0, 1024, reservedBytes + closingBytes, reservedBytes + closingBytes + 512]) {
      expect(() => assignVolumes(cut, volumeBytes, reservedBytes)).toThrow(/volume-too-small/);
    }
    expect(assignVolumes(cut, reservedBytes + closingBytes + 10_240, reservedBytes).length).toBeGreaterThan(
      9,
    );
  });
});
