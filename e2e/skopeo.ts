import { runProgram } from "#lib/testing/child-process.ts";
import { findProgram } from "#lib/testing/programs.ts";

// An ordinary client, which knows nothing of the panel.

/** What it reads of an image: its manifest or index as it is. */
export async function inspect(image: string): Promise<string> {
  const { stdout } = await runProgram(await findProgram("skopeo"), [
    ...["inspect", "--raw", "--tls-verify=false"],
    `docker://${image}`,
  ]);
  return stdout;
}

/** Gives an image, all of its platforms, a second name in the same registry. */
export async function addTag(image: string, name: string): Promise<void> {
  await runProgram(await findProgram("skopeo"), [
    ...["--insecure-policy", "copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false"],
    ...[`docker://${image}`, `docker://${name}`],
  ]);
}

/** Tags of a repository; none where there is no such repository. */
export async function listTags(repository: string): Promise<string[]> {
  const skopeo = await findProgram("skopeo");
  try {
    const { stdout } = await runProgram(skopeo, [
      "list-tags",
      "--tls-verify=false",
      `docker://${repository}`,
    ]);
    return (JSON.parse(stdout) as { Tags: string[] }).Tags;
  } catch (error) {
    // A registry that holds nothing under a name says so.
    if (String(error).includes("status code from registry 404")) return [];
    throw error;
  }
}
