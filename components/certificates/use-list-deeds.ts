import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { moveInListAction, putIntoListsAction } from "#lib/actions/certificates.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useRevisionText } from "./use-revision-text.ts";

interface Named {
  id: string;
  name: string;
}

/** What is done with lists at once, since it is undone as easily; what came of it shows as a toast. */
export function useListDeeds() {
  const t = useTranslations("certificates");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const revisionText = useRevisionText();
  const moving = useAction(moveInListAction);
  const putting = useAction(putIntoListsAction);
  const tellFailure = (result: Awaited<ReturnType<typeof moving.run>>) => {
    if (result.ok) return;
    const { title, hint } = errorText(result.error);
    toast({ status: "danger", title, description: hint });
  };
  return {
    pending: moving.pending || putting.pending,
    move: ({ id }: Named, list: TrustList, direction: "up" | "down") =>
      void moving.run({ certificateId: id, list, direction }, () => router.refresh()).then(tellFailure),
    /** @param done says what has been reached */
    put: ({ id, name }: Named, lists: TrustList[], done: "putInto" | "mend") =>
      putting
        .run({ certificateIds: [id], lists }, ({ revision }) => {
          toast({ status: "success", title: t(`done.${done}`, { name }), ...revisionText(revision) });
          router.refresh();
        })
        .then(tellFailure),
  };
}
