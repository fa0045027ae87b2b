"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Toast as Primitive } from "radix-ui";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { type Status, statusColors, statusIcons } from "./status.tsx";

interface Toast {
  status: Exclude<Status, "neutral">;
  title: ReactNode;
  description?: ReactNode;
}

type ShowToast = (toast: Toast) => void;

const ToastContext = createContext<ShowToast | null>(null);
const shownAtOnce = 4;

/** Shows a short result that needs no answer ("Registry saved"). Errors belong beside what caused them, in an `Alert`. */
export function useToast(): ShowToast {
  const show = use(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider around it");
  return show;
}

/** Around the panel, once. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const show = useCallback<ShowToast>((toast) => {
    setToasts((shown) => [...shown.slice(1 - shownAtOnce), { ...toast, id: (shown.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  return (
    <ToastContext value={show}>
      <Primitive.Provider label={t("notification")} duration={6000}>
        {children}
        {toasts.map((toast) => {
          const Icon = statusIcons[toast.status];
          return (
            <Primitive.Root
              key={toast.id}
              onOpenChange={(open) => {
                if (!open) setToasts((shown) => shown.filter((one) => one.id !== toast.id));
              }}
              className="flex items-start gap-2 rounded border border-line-strong bg-raised p-3 text-compact text-fg shadow-raised"
            >
              <Icon aria-hidden className={classNames("mt-px size-4 shrink-0", statusColors[toast.status])} />
              <div className="min-w-0 flex-1">
                <Primitive.Title className="font-semibold">{toast.title}</Primitive.Title>
                {toast.description !== undefined && (
                  <Primitive.Description className="text-muted">{toast.description}</Primitive.Description>
                )}
              </div>
              <Primitive.Close asChild>
                <Button variant="flat" size="icon" className="-m-1 size-6" aria-label={t("dismiss")}>
                  <X aria-hidden />
                </Button>
              </Primitive.Close>
            </Primitive.Root>
          );
        })}
        <Primitive.Viewport className="fixed right-4 bottom-4 z-50 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2" />
      </Primitive.Provider>
    </ToastContext>
  );
}
