import { parsePlatform, type ContentScope } from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { describeFailure } from "./describe-failure.ts";
import { UsageError } from "./usage-error.ts";

/** For `parseArgs`: which parts of the images are meant. */
export const scopeArguments = {
  platform: { type: "string", multiple: true },
  referrers: { type: "boolean", default: false },
  "include-foreign": { type: "boolean", default: false },
} as const;

/** @throws UsageError */
export function parseScope(values: {
  readonly platform?: string[];
  readonly referrers: boolean;
  readonly "include-foreign": boolean;
}): ContentScope {
  return {
    ...parsePlatforms(values.platform),
    referrers: values.referrers,
    foreignLayers: values["include-foreign"],
  };
}

function parsePlatforms(values: readonly string[] | undefined): Pick<ContentScope, "platforms"> {
  if (values === undefined) return {};
  try {
    return { platforms: values.flatMap((each) => each.split(",")).map(parsePlatform) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new UsageError(`--platform: ${describeFailure(error)}`, { cause: error });
  }
}
