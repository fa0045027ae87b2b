import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median, runWork, type WorkResult } from "./run-work.ts";
import { works, type Bar, type WorkName } from "./works.ts";
import { prepareCatalog, prepareLargeImage, type Workload } from "./workload.ts";

const usage = `Usage: npm run bench -- [options]

Mirrors a catalog of 60 images, shaped like TKG's, from one registry on this machine to another, with Drayage and with
every other program found here, in turn, and prints our times as parts of theirs.

Options:
  --work NAME    ${Object.keys(works).join(", ")} or memory; may be repeated, all unless given
  --rounds N     runs of each, of which the median counts (3 unless given)
  --dir FOLDER   where the catalogs are kept for the next time, about 6 GB (.cache/bench unless given)
  --scratch FOLDER
                 where a run's registries keep what they get (the system's temporary folder unless given; in memory,
                 /dev/shm, a disk's mood is not measured)
  --scale X      factor of the layers' sizes, for a quick look (1 unless given)
  --help         show this text
`;

const gigabyte = 1e9;
const megabyte = 1e6;
const largeBlobBytes = 4 * 1024 ** 3;
const cpuPerGigabyteBar: Bar = { must: 3.3, aim: 2 };
const peakBar: Bar = { must: 200, aim: 150 };

const print = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

function judge(value: number, { must, aim }: Bar): string {
  const word = value <= aim ? "aim reached" : value <= must ? "must reached" : "MISSED";
  return `must ${must}, aim ${aim}: ${word}`;
}

function printWork(name: string, { ours, comparisons }: WorkResult, workload: Workload): void {
  const seconds = median(ours.map((each) => each.seconds));
  print(`\n${name}: drayage ${seconds.toFixed(2)} s`);
  for (const { rival, ratios, seconds: theirs } of comparisons) {
    const ratio = median(ratios);
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const bar = rival.bar ? `  ${judge(ratio, rival.bar)}` : "";
    print(
      `  of ${rival.contestant.name.padEnd(24)} ${ratio.toFixed(3)} (${spread}; ${median(theirs).toFixed(2)} s)${bar}`,
    );
  }
  const { report } = ours[0] ?? {};
  if (report === undefined) return;
  const times = report.bytesTransferred / workload.distinctBytes;
  print(
    `  requests per image ${(report.requests / report.images).toFixed(2)}; bytes from the source ${(report.bytesTransferred / gigabyte).toFixed(3)} GB, ${times.toFixed(3)} of the distinct blobs; failed ${report.failed}`,
  );
  print(`  peak memory ${(median(ours.map((each) => each.peakBytes)) / megabyte).toFixed(0)} MB`);
  if (report.bytesTransferred === 0) return;
  const cpu = median(ours.map((each) => each.cpuSeconds / (each.report.bytesTransferred / gigabyte)));
  print(`  client CPU per GB ${cpu.toFixed(2)} s  ${judge(cpu, cpuPerGigabyteBar)}`);
}

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
      printWork(work.name, await runWork(work, catalog, rounds, { scratch, say }), catalog);
    }
  }
  if (names.includes("memory")) {
    say("filling the source with one large image…");
    const bytes = Math.round(largeBlobBytes * scale);
    const large = await prepareLargeImage(join(values.dir, `large-${scale}`), bytes);
    const { ours } = await runWork({ name: "memory", course: {}, rivals: [] }, large, 1, { scratch, say });
    const peak = (ours[0]?.peakBytes ?? 0) / megabyte;
    print(
      `\none blob of ${(bytes / gigabyte).toFixed(2)} GB: peak memory ${peak.toFixed(0)} MB  ${judge(peak, peakBar)}`,
    );
  }
  return 0;
}

process.exitCode = await main();
