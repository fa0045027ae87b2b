import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describePeak, describeWork, gigabyte } from "./describe-work.ts";
import { runWork } from "./run-work.ts";
import { largeWorks, works, type WorkName } from "./works.ts";
import { prepareCatalog, prepareLargeImage } from "./workload.ts";

const usage = `Usage: npm run bench -- [options]

Carries a catalog of 60 images, shaped like TKG's, from one registry on this machine to another, or to files and back,
with Drayage and with every other program found here, in turn, and prints our times as parts of theirs.

Options:
  --work NAME    ${Object.keys(works).join(", ")} or memory; may be repeated, all unless given
  --rounds N     runs of each, of which the median counts (3 unless given)
  --dir FOLDER   where the catalogs are kept for the next time, about 6 GB (.cache/bench unless given)
  --scratch FOLDER
                 where a run's registries and bundles keep what they get (the system's temporary folder unless given; in memory,
                 /dev/shm, a disk's mood is not measured)
  --scale X      factor of the layers' sizes, for a quick look (1 unless given)
  --help         show this text
`;

const largeBlobBytes = 4 * 1024 ** 3;

const print = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      work: { type: "string", multiple: true },
      rounds: { type: "string", default: "3" },
      dir: { type: "string", default: ".cache/bench" },
      scratch: { type: "string", default: tmpdir() },
      scale: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  const { scratch } = values;
  const [rounds, scale] = [Number(values.rounds), Number(values.scale)];
  const names = values.work ?? [...Object.keys(works), "memory"];
  const unknown = names.find((name) => name !== "memory" && !(name in works));
  if (values.help || unknown !== undefined || !Number.isInteger(rounds) || rounds < 1 || !(scale > 0)) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (names.some((name) => name !== "memory")) {
    say("filling the source with the catalog…");
    const catalog = await prepareCatalog(join(values.dir, `catalog-${scale}`), scale);
    print(
      `${catalog.lines.length} images, ${(catalog.listedBytes / gigabyte).toFixed(2)} GB as listed, ${(catalog.distinctBytes / gigabyte).toFixed(2)} GB distinct; ${rounds} rounds; registries in ${scratch}`,
    );
    for (const name of names.filter((each): each is WorkName => each in works)) {
      const work = works[name];
      print(describeWork(work, await runWork(work, catalog, rounds, { scratch, say }), catalog));
    }
  }
  if (names.includes("memory")) {
    say("filling the source with one large image…");
    const bytes = Math.round(largeBlobBytes * scale);
    const large = await prepareLargeImage(join(values.dir, `large-${scale}`), bytes);
    print(`\none blob of ${(bytes / gigabyte).toFixed(2)} GB`);
    for (const work of largeWorks) {
      print(describePeak(work, await runWork(work, large, 1, { scratch, say })));
    }
  }
  return 0;
}

process.exitCode = await main();
