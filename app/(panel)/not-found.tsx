import { PageMissing } from "#components/layout/page-missing.tsx";

/** Keeps header and navigation around an object that is not there. */
export default function PanelNotFound() {
  return <PageMissing />;
}
