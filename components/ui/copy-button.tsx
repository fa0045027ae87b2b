"use client";

import { Check, Copy, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { useHeld } from "./held.tsx";

const shownMs = 2000;

interface CopyButtonProps {
  value: string;
  /** Its name, with what is copied: "Copy docker pull command". Without one the value itself is said. */
  label?: string;
  /** Shows the word beside the icon. */
  labelled?: boolean;
}

/** Puts a text on the clipboard, also where the browser offers none (plain HTTP on another host). */
export function CopyButton({ value, label, labelled = false }: CopyButtonProps) {
  const t = useTranslations("common");
  const [result, setResult] = useState<"idle" | "copied" | "failed">("idle");

  useEffect(() => {
    if (result === "idle") return;
    const timer = setTimeout(() => setResult("idle"), shownMs);
    return () => clearTimeout(timer);
  }, [result]);

  const Icon = { idle: Copy, copied: Check, failed: TriangleAlert }[result];
  const name = label ?? t("copyValue", { value });
  const { className, ...held } = useHeld(() => {
    void copyText(value).then((copied) => setResult(copied ? "copied" : "failed"));
  }, name);
  return (
    <>
      <Button
        variant="flat"
        size={labelled ? "sm" : "icon"}
        className={classNames(!labelled && "size-6 max-md:-my-2.5", className)}
        aria-label={name}
        icon={<Icon aria-hidden />}
        {...held}
      >
        {labelled && t("copy")}
      </Button>
      <span role="status" className={result === "failed" ? "text-xs text-danger" : "sr-only"}>
        {result === "copied" && t("copied")}
        {result === "failed" && t("copyFailed")}
      </span>
    </>
  );
}

async function copyText(text: string): Promise<boolean> {
  // Browsers offer `navigator.clipboard` to secure origins only, and air-gapped panels often start without TLS.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
