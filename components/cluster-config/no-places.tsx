import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** In place of everything, while there is nowhere to pull from. */
export function NoPlaces({ isTenant, mayAdd }: { isTenant: boolean; mayAdd: boolean }) {
  const t = useTranslations("clusterConfig");
  return (
    <Card>
      <EmptyState
        title={t("noPlaces")}
        action={mayAdd && <ButtonLink href="/registries">{t("addRegistry")}</ButtonLink>}
      >
        {t(isTenant ? "noPlacesTenant" : "noPlacesProvider")}
      </EmptyState>
    </Card>
  );
}
