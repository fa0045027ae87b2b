import type { ReactNode } from "react";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { Alert, type AlertProps } from "./alert.tsx";

interface ErrorAlertProps extends Pick<AlertProps, "compact" | "live" | "className"> {
  error: Parameters<ReturnType<typeof useErrorText>>[0];
  /** A button or link that may mend it. */
  action?: ReactNode;
}

/** What went wrong, with what, why most likely, and what to do next. */
export function ErrorAlert({ error, ...rest }: ErrorAlertProps) {
  const { title, hint, context } = useErrorText()(error);
  return (
    <Alert status="danger" title={<span className="wrap-anywhere">{title}</span>} {...rest}>
      <p className="wrap-anywhere">{hint}</p>
      {context !== null && <p className="text-xs wrap-anywhere opacity-85">{context}</p>}
    </Alert>
  );
}
