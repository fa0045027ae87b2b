import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { storeFileInput } from "#lib/schemas/bundles.ts";
import { isSameFile, type RegularFile } from "#lib/services/bundles/regular-file.ts";
import { inTransaction } from "../transaction.ts";

/** What a store has more of is no folder for files that travel along. */
const maxFiles = 1000;

/** The files beside the bundles of a store: as they are known, and as a look at the store finds them. */
export class LooseFiles {
  readonly #storeId: string;
  readonly #known: ReadonlyMap<string, RegularFile>;
  /** They are just being moved here from an upload, which tells of them itself. */
  readonly #coming: ReadonlySet<string>;
  readonly #found = new Map<string, RegularFile>();
  /** Known ones that are there, whatever they are just becoming. */
  readonly #there = new Set<string>();

  private constructor(storeId: string, known: ReadonlyMap<string, RegularFile>, coming: ReadonlySet<string>) {
    this.#storeId = storeId;
    this.#known = known;
    this.#coming = coming;
  }

  static async read(storeId: string): Promise<LooseFiles> {
    // In this order: an upload that ends in between has its files among those that are known.
    const coming = await writeDb.bundleFile.findMany({
      where: { bundle: { storeId, loose: true, state: BundleState.uploading } },
      select: { name: true },
    });
    const rows = await writeDb.storeFile.findMany({ where: { storeId } });
    const known = rows.map(({ name, sizeBytes, modifiedAt }): [string, RegularFile] => [
      name,
      { sizeBytes: Number(sizeBytes), modifiedAt },
    ]);
    return new LooseFiles(storeId, new Map(known), new Set(coming.map(({ name }) => name)));
  }

  /** Whether nothing is to be found out about a name: what has not changed since a look is what it was then. */
  isKnown(name: string, file: RegularFile | null): boolean {
    if (this.#coming.has(name)) return true;
    const known = this.#known.get(name);
    if (file === null || known === undefined || !isSameFile(file, known)) return false;
    if (!this.#isFull()) this.#there.add(name);
    return true;
  }

  /** @param file null for one that may still be written to: of this, what was known stays */
  add(name: string, file: RegularFile | null): void {
    if (this.#isFull() || !storeFileInput.shape.name.safeParse(name).success) return;
    if (file !== null) this.#found.set(name, file);
    else if (this.#known.has(name)) this.#there.add(name);
  }

  #isFull(): boolean {
    return this.#found.size + this.#there.size >= maxFiles;
  }

  /** Makes the rows what was found. */
  async write(): Promise<void> {
    const storeId = this.#storeId;
    const kept = new Set([...this.#there, ...this.#found.keys(), ...this.#coming]);
    const gone = [...this.#known.keys()].filter((name) => !kept.has(name));
    if (gone.length === 0 && this.#found.size === 0) return;
    await inTransaction(async (tx) => {
      await tx.storeFile.deleteMany({ where: { storeId, name: { in: gone } } });
      for (const [name, file] of this.#found) {
        await tx.storeFile.upsert({
          where: { storeId_name: { storeId, name } },
          create: { storeId, name, ...file },
          update: file,
        });
      }
    });
  }
}
