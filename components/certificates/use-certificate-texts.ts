import { useTranslations } from "next-intl";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { type CertificateTexts, createCertificateTexts, createKeyText } from "./certificate-texts.ts";

/** Puts a public key in a few words, in the reader's language. */
export function useKeyText(): ReturnType<typeof createKeyText> {
  return createKeyText(useTranslations("certificateViews.keys"));
}

/** Makes sentences of what is said of certificates, in client components and in server components that are not async. */
export function useCertificateTexts(): CertificateTexts {
  return createCertificateTexts(useTranslations("certificateFindings"), useKeyText(), useFormats());
}
