import { Code } from "#components/ui/code.tsx";
import { resolvedPaths } from "#lib/schemas/registries.ts";

/** Where clusters will look below a base. */
export function ResolvedPaths({ host, basePath }: { host: string; basePath: string }) {
  return (
    <ul className="space-y-0.5">
      {resolvedPaths(host, basePath).map((path) => (
        <li key={path}>
          <Code>{path}</Code>
        </li>
      ))}
    </ul>
  );
}
