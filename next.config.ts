import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  {
    key: "Content-Security-Policy",
    value: "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  },
];

const config: NextConfig = {
  poweredByHeader: false,
  // `npm run check` does it; whoever only runs the product need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // A lock file in a folder above, as people have in their home, must not make that the project.
  turbopack: { root: import.meta.dirname },
  // `next dev` would otherwise write instruction files into the repository.
  agentRules: false,
  headers: () => Promise.resolve([{ source: "/:path*", headers: securityHeaders }]),
};

export default createNextIntlPlugin("./lib/i18n/request.ts")(config);
