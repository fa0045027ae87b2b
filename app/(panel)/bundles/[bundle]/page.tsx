import type { Metadata } from "next";
import { LiveBundle } from "#components/bundles/live-bundle.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { bundleImagesQuery, bundleParams } from "#lib/schemas/bundles.ts";
import { getBundle, listBundleImages } from "#lib/services/bundles/index.ts";

interface BundlePageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata({ params }: BundlePageProps): Promise<Metadata> {
  const access = await authorizePage("bundle.read");
  const { bundle: id } = await pageParams(params, bundleParams);
  return { title: (await orNotFound(getBundle(access, id))).name };
}

export default async function BundlePage({ params, searchParams }: BundlePageProps) {
  const access = await authorizePage("bundle.read");
  const { bundle: id } = await pageParams(params, bundleParams);
  const query = bundleImagesQuery.parse(await searchParams);
  const [bundle, page] = await Promise.all([
    orNotFound(getBundle(access, id)),
    orNotFound(listBundleImages(access, id, query)),
  ]);
  return (
    <QueryProvider>
      <LiveBundle
        bundle={bundle}
        images={{ page, query }}
        mayWrite={mayRole(access.role, "bundle.write")}
        mayStart={mayRole(access.role, "job.start")}
      />
    </QueryProvider>
  );
}
