import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";

/** What ties a control to its label, help and error: spread it on the control. */
interface ControlProps {
  id: string;
  /** Not `required`: the browser's own check would answer in the browser's language, not the panel's. */
  "aria-required"?: true;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  /** What is wrong and how to mend it; takes the place of the help. */
  error?: ReactNode;
  required?: boolean;
  /** Something beside the label, such as a signpost. */
  labelAside?: ReactNode;
  children: (control: ControlProps) => ReactNode;
  className?: string;
}

/** Label above, control, then help or error below. */
export function Field({ label, help, error, required = false, labelAside, children, className }: FieldProps) {
  const t = useTranslations("common");
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false && error !== "";
  const note = hasError ? error : help;
  const hasNote = note !== undefined && note !== null;
  return (
    <div className={classNames("max-w-xl space-y-1", className)}>
      <div className="flex items-center gap-1.5">
        <label htmlFor={id} className="text-compact font-medium">
          {label}
          {/* The blank keeps them apart for those who hear it, too. */}
          {!required && <span className="font-normal text-muted"> ({t("optional")})</span>}
        </label>
        {labelAside}
      </div>
      {children({
        id,
        ...(required && { "aria-required": true }),
        ...(hasNote && { "aria-describedby": `${id}-note` }),
        ...(hasError && { "aria-invalid": true }),
      })}
      {hasNote && (
        <p
          id={`${id}-note`}
          className={classNames("flex items-start gap-1 text-xs", hasError ? "text-danger" : "text-muted")}
        >
          {hasError && <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />}
          <span className="min-w-0">{note}</span>
        </p>
      )}
    </div>
  );
}

interface FieldSetProps {
  legend: ReactNode;
  help?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** Fields that belong together: radio buttons, or a part of a long form. */
export function FieldSet({ legend, help, children, className }: FieldSetProps) {
  const helpId = useId();
  return (
    <fieldset
      aria-describedby={help === undefined ? undefined : helpId}
      className={classNames("min-w-0 space-y-3", className)}
    >
      <legend className="text-sm font-semibold">{legend}</legend>
      {help !== undefined && (
        <p id={helpId} className="text-xs text-muted">
          {help}
        </p>
      )}
      {children}
    </fieldset>
  );
}
