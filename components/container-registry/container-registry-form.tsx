"use client";

import { SearchCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { formatPlace } from "#components/registries/format-place.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import {
  checkContainerRegistryAction,
  saveContainerRegistryAction,
} from "#lib/actions/container-registry.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import {
  checkContainerRegistryUrl,
  type ClusterProblem,
  codesOf,
  type ContainerRegistryView,
  findClusterProblems,
  type SavedContainerRegistry,
} from "#lib/schemas/container-registry.ts";
import { isGoing } from "#lib/schemas/doctor.ts";
import { CheckVerdict } from "./check-verdict.tsx";
import { ConfirmSave } from "./confirm-save.tsx";
import { RegistryRemedies } from "./registry-remedies.tsx";
import { ResolvedPathResults } from "./resolved-path-results.tsx";
import { SavedNote } from "./saved-note.tsx";
import { UrlField } from "./url-field.tsx";
import { type ShownCheck, useRegistryCheck } from "./use-registry-check.ts";

interface ContainerRegistryFormProps {
  view: ContainerRegistryView;
  /** Not saved, as it stands in the address. */
  draft: string;
  mayWrite: boolean;
}

/** The URL that clusters pull from: examined as it is entered, and saved by whoever knows what was found. */
export function ContainerRegistryForm({ view, draft, mayWrite }: ContainerRegistryFormProps) {
  const t = useTranslations("containerRegistry");
  const router = useRouter();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [text, setText] = useState(draft === "" ? view.url : draft);
  const [judged, setJudged] = useState("");
  const [confirming, setConfirming] = useState<readonly ClusterProblem[] | null>(null);
  const [saved, setSaved] = useState<(SavedContainerRegistry & { url: string }) | null>(null);
  const [busy, setBusy] = useState(false);
  const {
    shown,
    error: checkError,
    isUnderWay,
    examine,
    stop,
  } = useRegistryCheck(view.check, (url) => checkContainerRegistryAction({ url }), view.listsDigest);
  const { run, error, reset } = useAction(saveContainerRegistryAction);
  const fieldError = useFieldErrors(error);
  useFocusInvalid(form, error);

  const place = checkContainerRegistryUrl(text).url;
  const check = shown?.url === text ? shown : null;
  const isStale = check?.state === "finished" && check.listsDigest !== view.listsDigest;
  const isChanged = text !== view.url || view.revision === null;

  const change = (next: string) => {
    reset();
    setText(next);
  };
  const finish = (next: string) => {
    setJudged(next);
    keepInAddress(next === view.url ? "" : next);
    const isKnown = shown?.url === next && shown.state !== "failed";
    if (checkContainerRegistryUrl(next).url && !isKnown && next !== view.url) void examine(next);
  };
  const send = async (problems: readonly ClusterProblem[]) => {
    const input = { url: text, seen: view.revision, confirmed: codesOf(problems) };
    const result = await run(input, (value) => {
      if (value.isChanged) setSaved({ ...value, url: text });
      else toast({ status: "info", title: t("unchanged") });
      keepInAddress("");
      router.refresh();
    });
    return result.ok ? null : result.error.code;
  };
  /** @param again what is known is not asked for twice */
  const proceed = async (known: ShownCheck | null, again: boolean): Promise<void> => {
    const found = known ?? (await examine(text));
    if (!found) return;
    const problems = findClusterProblems(text, found.findings);
    if (problems.length > 0) return setConfirming(problems);
    const refusal = await send([]);
    if (again && refusal === "registry-unchecked") await checkAnew();
  };
  /** What it is refused for is no longer so once it was. */
  const checkAnew = async (): Promise<void> => {
    reset();
    await proceed(null, false);
  };
  const save = async () => {
    setJudged(text);
    setSaved(null);
    if (!place) return form.current?.querySelector("input")?.focus();
    setBusy(true);
    const isKnown = check?.state === "finished" && !isStale;
    await proceed(isKnown ? check : null, true);
    setBusy(false);
  };
  const confirm = async () => {
    const refusal = await send(confirming ?? []);
    setConfirming(null);
    if (refusal === "registry-unchecked") await checkAnew();
  };

  return (
    <Form ref={form} onSubmit={() => void save()}>
      <Card
        title={t("card")}
        footer={
          mayWrite && (
            <>
              <Button type="submit" variant="primary" loading={busy} disabled={!isChanged || !view.hasField}>
                {t("save")}
              </Button>
              <Button
                icon={<SearchCheck aria-hidden />}
                disabled={!place || busy}
                loading={isUnderWay}
                onClick={() => {
                  setJudged(text);
                  router.refresh();
                  void examine(text);
                }}
              >
                {t("check")}
              </Button>
              <Button
                disabled={text === view.url && !busy}
                onClick={() => {
                  stop();
                  change(view.url);
                  keepInAddress("");
                }}
              >
                {t("discard")}
              </Button>
              <span className="text-xs text-muted">{t("checkHint")}</span>
            </>
          )
        }
      >
        <div className="space-y-5">
          {!view.hasField && (
            <Alert status="warning" live="off" title={t("noField")}>
              {t("noFieldHelp")}
            </Alert>
          )}
          {mayWrite ? (
            <UrlField
              value={text}
              judged={judged === text}
              busy={busy}
              error={fieldError("containerRegistryUrl") ?? fieldError("url")}
              saved={view.revision === null ? null : view.url}
              onChange={change}
              onDone={finish}
            />
          ) : (
            <p className="text-compact">
              <span className="block font-medium">{t("url")}</span>
              <Code>{view.url}</Code>
            </p>
          )}
          {view.shared && !view.isShared && text === view.url && (
            <Elsewhere
              url={view.url}
              shared={formatPlace(view.shared)}
              onUse={mayWrite ? takeShared : null}
            />
          )}
          {error && error.code !== "invalid-input" && (
            <ErrorAlert
              error={error}
              action={
                error.code === "config-overtaken" && (
                  <Button
                    size="sm"
                    onClick={() => {
                      reset();
                      router.refresh();
                    }}
                  >
                    {t("loadNow")}
                  </Button>
                )
              }
            />
          )}
          {saved?.url === text && <SavedNote url={saved.url} saved={saved} />}
          {checkError && <ErrorAlert error={checkError} />}
          {check ? (
            <CheckVerdict check={check} isStale={isStale} />
          ) : (
            <p className="text-compact text-muted">{t("notChecked")}</p>
          )}
          {mayWrite && check && !isStale && !isGoing(check) && place && (
            <RegistryRemedies
              host={place.host}
              findings={check.findings}
              certificateIds={view.certificateIds}
              onAdded={() => void examine(text)}
            />
          )}
          <ResolvedPathResults place={place} check={check} />
        </div>
      </Card>
      <ConfirmSave url={text} problems={confirming} onClose={() => setConfirming(null)} onConfirm={confirm} />
    </Form>
  );

  function takeShared() {
    const url = view.shared ? formatPlace(view.shared) : "";
    change(url);
    finish(url);
  }
}

interface ElsewhereProps {
  url: string;
  shared: string;
  onUse: (() => void) | null;
}

function Elsewhere({ url, shared, onUse }: ElsewhereProps) {
  const t = useTranslations("containerRegistry");
  return (
    <Alert status="warning" live="off" title={t("elsewhere")}>
      <p className="wrap-anywhere">{t("elsewhereHelp", { shared, url })}</p>
      {onUse && (
        <Button size="sm" className="mt-2 max-w-full wrap-anywhere whitespace-normal" onClick={onUse}>
          {t("useProposal", { url: shared })}
        </Button>
      )}
    </Alert>
  );
}

/** So that what was typed is there when somebody comes back from where certificates are added. */
function keepInAddress(url: string): void {
  const address = new URL(location.href);
  if (url === "") address.searchParams.delete("url");
  else address.searchParams.set("url", url);
  history.replaceState(null, "", address);
}
