"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { WindowsImageView, WindowsNodesView } from "#lib/schemas/cluster-config.ts";

const pageSize = 10;

interface WindowsRequestsProps {
  windows: WindowsNodesView;
  /** Whether a destination was spoken of: otherwise nobody knows what is where. */
  isPlaceKnown?: boolean;
}

/** The exact addresses that a Windows node asks for each image. */
export function WindowsRequests({ windows, isPlaceKnown = true }: WindowsRequestsProps) {
  const t = useTranslations("clusterConfig.windows");
  const [search, setSearch] = useState("");
  const [limit, setLimit] = useState(pageSize);
  const { images, imageCount, missingCount, isPartial } = windows;
  if (imageCount === 0) return null;
  const wanted = search.trim().toLowerCase();
  const found = images.filter(({ image, requests }) =>
    [image, ...requests.map(({ url }) => url)].some((text) => text.toLowerCase().includes(wanted)),
  );
  const shown = found.slice(0, limit);
  return (
    <Card title={t("title")}>
      <div className="space-y-3">
        <p className="text-compact text-muted">{t("help")}</p>
        {isPlaceKnown && (
          <p className="text-compact">{t("count", { missing: missingCount, count: imageCount })}</p>
        )}
        {isPartial && <p className="text-compact">{t("partial")}</p>}
        {images.length < imageCount && (
          <p className="text-compact">{t("listed", { shown: images.length, count: imageCount })}</p>
        )}
        {imageCount > 5 && (
          <TextField
            label={t("search")}
            placeholder={t("searchHelp")}
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        <ul className="divide-y divide-line border-y border-line">
          {shown.map((image) => (
            <Requests key={image.image} image={image} isPlaceKnown={isPlaceKnown} />
          ))}
        </ul>
        {found.length === 0 && <p className="text-compact text-muted">{t("noMatch")}</p>}
        {found.length > shown.length && (
          <p className="flex flex-wrap items-center gap-3 text-compact text-muted">
            {t("shown", { shown: shown.length, count: found.length })}
            <Button size="sm" onClick={() => setLimit(limit + pageSize)}>
              {t("showMore")}
            </Button>
          </p>
        )}
      </div>
    </Card>
  );
}

interface RequestsProps {
  image: WindowsImageView;
  isPlaceKnown: boolean;
}

function Requests({ image: { image, requests, foundAt }, isPlaceKnown }: RequestsProps) {
  const t = useTranslations("clusterConfig.windows");
  return (
    <li className="space-y-1 py-2">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Code className="min-w-0">{image}</Code>
        {isPlaceKnown && (
          <Badge status={foundAt === null ? "warning" : "success"}>
            {t(foundAt === null ? "missing" : "found")}
          </Badge>
        )}
      </p>
      {requests.length === 0 && <p className="text-compact text-danger">{t("nobody")}</p>}
      <ol className="space-y-0.5 pl-4">
        {requests.map(({ method, url }) => (
          <li key={url} className="flex items-start gap-1 text-muted">
            <Code className="w-9 shrink-0">{method}</Code>
            <Code className="min-w-0 flex-1">{url}</Code>
            <CopyButton value={url} />
          </li>
        ))}
      </ol>
    </li>
  );
}
