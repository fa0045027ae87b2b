"use client";

import { useTranslations } from "next-intl";
import { usePathname, useRouter } from "next/navigation";
import { startTransition, useOptimistic } from "react";
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
  // Until the page is there, which may take its time, the choice stands as it was made.
  const [chosenId, setChosenId] = useOptimistic(placeId);
  const choose = (id: string) =>
    startTransition(() => {
      setChosenId(id);
      router.push(`${pathname}?destination=${id}`);
    });
  return (
    <Field label={t("place")} help={t("placeHelp")} required>
      {(control) => (
        <Select
          {...control}
          value={chosenId}
          options={places.map((place) => ({ value: place.id, label: label(place) }))}
          onChange={(event) => choose(event.target.value)}
        />
      )}
    </Field>
  );
}
