"use client";

import { useTranslations } from "next-intl";
import { usePathname, useRouter } from "next/navigation";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import { usePlaceLabel } from "./use-place-label.ts";

/** For which destination the page is; another one is another address. */
export function PlaceChooser({ places, placeId }: { places: readonly ConfigPlace[]; placeId: string }) {
  const t = useTranslations("clusterConfig");
  const router = useRouter();
  const pathname = usePathname();
  const label = usePlaceLabel();
  return (
    <Field label={t("place")} help={t("placeHelp")} required>
      {(control) => (
        <Select
          {...control}
          value={placeId}
          options={places.map((place) => ({ value: place.id, label: label(place) }))}
          onChange={(event) => router.push(`${pathname}?destination=${event.target.value}`)}
        />
      )}
    </Field>
  );
}
