import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { type ChecklistItem, findEndpointService, formatEndpointService } from "#lib/schemas/checklists.ts";

/** What the consoles and tools of AWS call the service that an item wants an endpoint for. */
export function EndpointName({ item, region }: { item: ChecklistItem; region: string }) {
  const service = findEndpointService(item);
  if (service === null) return null;
  const name = formatEndpointService(service, region);
  return (
    <p className="flex items-center gap-1">
      <Code>{name}</Code>
      <CopyButton value={name} />
    </p>
  );
}
