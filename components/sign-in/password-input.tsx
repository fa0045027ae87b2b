"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";

/** A password that can be looked at while it is typed. */
export function PasswordInput(props: Omit<ComponentProps<typeof Input>, "type">) {
  const t = useTranslations("signIn");
  const [visible, setVisible] = useState(false);
  return (
    <span className="relative block">
      <Input
        {...props}
        type={visible ? "text" : "password"}
        autoCapitalize="off"
        spellCheck={false}
        className="pr-10"
      />
      <Button
        variant="flat"
        size="icon"
        className="absolute top-1/2 right-0.5 size-7 -translate-y-1/2"
        aria-pressed={visible}
        aria-label={t("showPassword")}
        title={t(visible ? "hidePassword" : "showPassword")}
        onClick={() => setVisible(!visible)}
        icon={visible ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
      />
    </span>
  );
}
