import { AlertTriangle, CircleAlert, CircleCheck, CircleDashed, Info, type LucideIcon } from "lucide-react";

/** How something stands. Never shown by colour alone: each has its own icon. */
export type Status = "neutral" | "info" | "success" | "warning" | "danger";

export const statusIcons: Readonly<Record<Status, LucideIcon>> = {
  neutral: CircleDashed,
  info: Info,
  success: CircleCheck,
  warning: AlertTriangle,
  danger: CircleAlert,
};

export const statusColors: Readonly<Record<Status, string>> = {
  neutral: "text-neutral",
  info: "text-info",
  success: "text-success",
  warning: "text-warning",
  danger: "text-danger",
};
