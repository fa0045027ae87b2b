import { redirect } from "next/navigation";
import { authorizePage } from "#lib/auth/authorize.ts";

/** Leads to the first tab. */
export default async function SettingsPage() {
  await authorizePage("settings.read");
  redirect("/settings/container-registry");
}
