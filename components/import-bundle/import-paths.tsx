import { useTranslations } from "next-intl";
import type { DestinationChoice } from "#components/start-job/destination-fields.tsx";
import { Code } from "#components/ui/code.tsx";
import type { BundleImageView } from "#lib/services/bundles/bundle-views.ts";

interface ImportPathsProps {
  images: readonly BundleImageView[];
  destination: DestinationChoice;
  folder: string;
}

/** Where images will stand, as far as the fields say it. */
export function ImportPaths({ images, destination: { basePath, registry }, folder }: ImportPathsProps) {
  const t = useTranslations("bundles.imports");
  const path = (repository: string) =>
    [registry.host, basePath, folder.trim(), repository].filter((part) => part !== "").join("/");
  return (
    <div className="space-y-1 text-xs text-muted">
      <p>{t("paths")}</p>
      <ul className="space-y-0.5">
        {images.map(({ position, repository, tag }) => (
          <li key={position}>
            <Code>{tag === "" ? path(repository) : `${path(repository)}:${tag}`}</Code>
          </li>
        ))}
      </ul>
    </div>
  );
}
