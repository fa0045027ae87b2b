"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import { maxJsonBytes } from "#lib/schemas/json-body.ts";
import { asksSame } from "./asks-same.ts";
import type { CheckFields } from "./check-fields.ts";
import { CheckResult } from "./check-result.tsx";
import { ClusterFields } from "./cluster-fields.tsx";
import { GivenFiles } from "./given-files.tsx";
import { listTexts } from "./given-texts.ts";
import { NothingChecked } from "./nothing-checked.tsx";
import { PastedText } from "./pasted-text.tsx";
import { type CheckOutcome, postCheck } from "./post-check.ts";
import { measureQuestion, measureText } from "./sent-size.ts";
import { useGivenFiles } from "./use-given-files.ts";

interface ConfigCheckProps {
  places: readonly ConfigPlace[];
  placeId: string | null;
  mayPlan: boolean;
}

/** What somebody has pasted or chosen, what it is held to, and what is wrong with it. */
export function ConfigCheck({ places, placeId, mayPlan }: ConfigCheckProps) {
  const t = useTranslations("configCheck");
  const { run, pending, error } = useAction(postCheck);
  const { form, fields, set, fieldError } = useFields<CheckFields>(
    {
      ...{ pasted: "", pastedHost: "", destinationId: placeId ?? "" },
      ...{ hasWindowsNodes: false, mayAskSource: false, wantsCredentials: false },
    },
    error,
  );
  const given = useGivenFiles();
  const [outcome, setOutcome] = useState<CheckOutcome | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (outcome === null) return;
    // Whoever is mending a text goes on doing so, and is told the result; others are led to it.
    const isTyping = document.activeElement?.matches("textarea, input[type=text]") === true;
    if (!isTyping) heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: isTyping ? "nearest" : "start" });
  }, [outcome]);

  const { destinationId, hasWindowsNodes, mayAskSource, wantsCredentials } = fields;
  const asked = {
    ...{ hasWindowsNodes, mayAskSource, wantsCredentials },
    texts: listTexts(fields, given.files),
    destinationId: destinationId === "" ? null : destinationId,
  };
  const pastedBytes = useMemo(() => measureText(fields.pasted), [fields.pasted]);
  const fileBytes = given.files.map(({ sentBytes }) => sentBytes);
  const isPasted = asked.texts.length > fileBytes.length;
  const sentBytes = measureQuestion(asked, isPasted ? [pastedBytes, ...fileBytes] : fileBytes);
  const check = () => {
    // What is wrong is said at the files since they were chosen.
    if (sentBytes > maxJsonBytes) form.current?.querySelector<HTMLElement>("input[type=file]")?.focus();
    else if (!pending) void run(asked, setOutcome);
  };
  const checkByKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    check();
  };
  return (
    <>
      <Form ref={form} className="space-y-5" onSubmit={check} onKeyDown={checkByKey}>
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <Card title={t("text")}>
            <PastedText
              {...{ fields, set, error: fieldError("pasted") }}
              required={given.files.length === 0}
            />
          </Card>
          <Card title={t("files")}>
            <GivenFiles given={given} sentBytes={sentBytes} />
          </Card>
        </div>
        <ClusterFields places={places} fields={fields} set={set} pending={pending} />
      </Form>
      {error && !isAboutPasted(error) && <ErrorAlert error={error} />}
      {outcome === null ? (
        <NothingChecked />
      ) : (
        <CheckResult
          outcome={outcome}
          isOutdated={!asksSame(asked, outcome.asked)}
          place={places.find(({ id }) => id === outcome.asked.destinationId) ?? null}
          mayPlan={mayPlan}
          heading={heading}
        />
      )}
    </>
  );
}

/** Said at the field. */
const isAboutPasted = ({ code, facts }: ErrorView) =>
  code === "invalid-input" && "pasted" in (facts.fields as object);
