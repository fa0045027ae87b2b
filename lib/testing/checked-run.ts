import type { PrismaClient } from "#lib/db/generated/client.ts";

interface CheckedRun {
  host: string;
  basePath?: string;
  /** Of the lists that it was judged with. */
  listsDigest: string;
  findings?: object[];
}

/** What a worker leaves behind that has examined a registry for the settings; written past the services. */
export async function writeCheckedRun(
  client: PrismaClient,
  { host, basePath = "", listsDigest, findings = [] }: CheckedRun,
): Promise<void> {
  const question = {
    ...{ registryId: null, cloudDirector: null, certificates: [], tried: [], listsDigest },
    lists: { panel: [], bootstrap_vm: [], cluster: [] },
  };
  await client.doctorRun.create({
    data: {
      ...{ askedBy: "settings", host, basePath, question, findings, createdByName: "test" },
      ...{ state: "finished", finishedAt: new Date() },
    },
  });
}
