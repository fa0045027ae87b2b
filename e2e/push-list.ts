import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { buildGettingStartedImage } from "#lib/demo/getting-started-image.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { readStack } from "./stack.ts";

/** Gives the vendor's registry a getting-started-airgapped image whose dependencies.txt has these lines. */
export async function pushList(
  lines: readonly string[],
  { folder, tag }: { folder: string; tag: string },
): Promise<void> {
  const image = {
    repository: parseRepository(`${folder}/getting-started-airgapped`),
    tag: parseTag(tag),
    build: () => ({ root: buildGettingStartedImage(`${lines.join("\n")}\n`), relocated: [] }),
  };
  await fillRegistry(`http://${readStack().vendorHost}`, { images: [image] });
}
