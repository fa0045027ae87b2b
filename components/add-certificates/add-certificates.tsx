"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { ListsField } from "#components/certificates/lists-field.tsx";
import { useRevisionText } from "#components/certificates/use-revision-text.ts";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { addCertificatesAction } from "#lib/actions/certificates.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { type Choice, type Choices, listChosen, suggestLists } from "./certificate-choices.ts";
import { ReadingResult } from "./reading-result.tsx";
import { SourceFields } from "./source-fields.tsx";
import { type Given, useReadings } from "./use-readings.ts";

interface AddCertificatesProps {
  /** To be asked, `host[:port]`; empty for none. */
  initialServer: string;
  cancel: ReactNode;
}

/** Reads certificates from where they are, shows each in plain words, and adds those that are chosen. */
export function AddCertificates({ initialServer, cancel }: AddCertificatesProps) {
  const t = useTranslations("certificates");
  const router = useRouter();
  const toast = useToast();
  const revisionText = useRevisionText();
  const form = useRef<HTMLFormElement>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const [choices, setChoices] = useState<Choices>({});
  const [chosenLists, setChosenLists] = useState<TrustList[] | null>(null);
  const [sent, setSent] = useState<readonly string[]>([]);
  const { asking, readings, failures, read } = useReadings();
  const { run, pending, error } = useAction(addCertificatesAction);
  const fieldError = useFieldErrors(error);
  const addressError = useFieldErrors(failures[0]?.error ?? null)("address");
  useFocusInvalid(form, error);
  const chosen = listChosen(readings, choices);
  const lists = chosenLists ?? suggestLists(readings);
  const give = (next: Given | null) => {
    setGiven(next);
    setChoices({});
    setChosenLists(null);
    read(next);
  };
  const choose = (fingerprint: string, choice: Choice) =>
    setChoices((before) => ({ ...before, [fingerprint]: { ...before[fingerprint], ...choice } }));
  const save = () => {
    setSent(chosen.map(({ fingerprint }) => fingerprint));
    void run(
      { certificates: chosen.map(({ pem, name }) => ({ pem, name })), lists },
      ({ added, known, revision }) => {
        const title = [
          ...(added.length > 0 ? [t("done.add", { count: added.length })] : []),
          ...(known.length > 0 ? [t("done.known", { count: known.length })] : []),
        ].join(", ");
        toast({ status: "success", title, ...revisionText(revision) });
        router.push("/settings/certificates");
      },
    );
  };
  // What was read before is not what was given since.
  const mayAdd = chosen.length > 0 && !asking;
  const isEmpty = readings.length === 0 && failures.length === 0;
  return (
    <Form
      ref={form}
      className="max-w-4xl space-y-5"
      onSubmit={() => {
        if (mayAdd) save();
      }}
    >
      <Card>
        <SourceFields
          initialServer={initialServer}
          asking={asking}
          addressError={addressError}
          onGive={give}
        />
      </Card>
      <p role="status" className="sr-only">
        {asking && t("new.reading")}
      </p>
      {failures.map(
        ({ source, error: failure }) =>
          addressError === undefined && (
            <div key={source} className="space-y-1">
              {source !== "" && <p className="text-compact font-semibold wrap-anywhere">{source}</p>}
              <ErrorAlert error={failure} />
            </div>
          ),
      )}
      {isEmpty && (
        <Card>
          <EmptyState title={t("new.nothing")}>{t("new.nothingHelp")}</EmptyState>
        </Card>
      )}
      {readings.map((reading) => (
        <ReadingResult
          key={reading.source}
          reading={reading}
          choices={choices}
          onChoose={choose}
          nameOf={(fingerprint) => chosen.find((each) => each.fingerprint === fingerprint)?.name}
          // Others may have been taken or left since.
          nameError={(fingerprint) => fieldError(`certificates.${sent.indexOf(fingerprint)}.name`)}
          onAgain={() => read(given)}
        />
      ))}
      {readings.some(({ certificates }) => certificates.length > 0) && (
        <Card>
          <ListsField
            legend={t("new.listsLegend")}
            help={t("new.listsHelp")}
            lists={lists}
            onChange={setChosenLists}
          />
          {lists.length === 0 && <p className="pt-2 text-xs text-muted">{t("new.noList")}</p>}
        </Card>
      )}
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" loading={pending} disabled={!mayAdd}>
          {t("new.submit", { count: chosen.length })}
        </Button>
        {cancel}
        {readings.length > 0 && chosen.length === 0 && (
          <span className="text-xs text-muted">{t("new.chooseOne")}</span>
        )}
      </div>
    </Form>
  );
}
