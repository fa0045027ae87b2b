import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { trustLists } from "#lib/schemas/certificates.ts";

interface ListsFieldProps {
  legend: string;
  help: string;
  lists: readonly TrustList[];
  onChange: (lists: TrustList[]) => void;
  /** Those that have it already. */
  standing?: readonly TrustList[];
}

/** Which lists something is to be put into. */
export function ListsField({ legend, help, lists, onChange, standing = [] }: ListsFieldProps) {
  const t = useTranslations("certificates");
  return (
    <FieldSet legend={legend} help={help}>
      {trustLists.map((list) => {
        const stands = standing.includes(list);
        return (
          <Checkbox
            key={list}
            label={t(`lists.${list}`)}
            help={t(`listHelp.${list}`)}
            checked={stands || lists.includes(list)}
            disabled={stands}
            onChange={(event) =>
              onChange(
                trustLists.filter((each) => (each === list ? event.target.checked : lists.includes(each))),
              )
            }
          />
        );
      })}
    </FieldSet>
  );
}
