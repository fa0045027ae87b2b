import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";

/** How a destination is called where one is chosen. */
export function usePlaceLabel(): (place: ConfigPlace) => string {
  const t = useTranslations("clusterConfig");
  return (place) => {
    const parts = { name: place.name, address: formatPlace(place) };
    return place.organization === null
      ? t("placeOption", parts)
      : t("placeOptionOf", { ...parts, organization: place.organization });
  };
}
