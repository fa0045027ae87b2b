"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createDestinationAction } from "#lib/actions/registries.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { basePath as basePathSchema } from "#lib/schemas/registries.ts";
import { ResolvedPaths } from "./resolved-paths.tsx";

/** A base path to add, with the paths that clusters will look in shown while it is typed. */
export function AddDestination({ registryId, host }: { registryId: string; host: string }) {
  const t = useTranslations("registries");
  const [basePath, setBasePath] = useState("");
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error } = useAction(createDestinationAction);
  const fieldError = useFieldErrors(error);
  const parsed = basePathSchema.safeParse(basePath);
  const add = () =>
    void run({ registryId, basePath }, () => {
      toast({
        status: "success",
        title: t("destinationAdded", { path: basePath === "" ? host : `${host}/${basePath}` }),
      });
      setBasePath("");
      router.refresh();
    });
  return (
    <Form className="space-y-3 border-t border-line p-4" onSubmit={add}>
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      <Field label={t("basePath")} help={t("basePathHelp")} error={fieldError("basePath")}>
        {(control) => (
          <span className="flex flex-wrap items-center gap-1">
            <span className="font-mono text-xs text-muted max-sm:basis-full">{`${host}/`}</span>
            <Input
              {...control}
              value={basePath}
              maxLength={200}
              autoCapitalize="off"
              autoComplete="off"
              spellCheck={false}
              className="min-w-0 flex-1 font-mono"
              onChange={(event) => setBasePath(event.target.value)}
            />
            <Button type="submit" icon={<Plus aria-hidden />} loading={pending}>
              {t("destinationAdd")}
            </Button>
          </span>
        )}
      </Field>
      <div className="space-y-1 text-xs text-muted">
        <p>{t("destinationsHelp")}</p>
        {parsed.success && <ResolvedPaths host={host} basePath={parsed.data} />}
      </div>
    </Form>
  );
}
