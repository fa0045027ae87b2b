import { handleAuthGet, handleAuthPost } from "#lib/auth/next-auth-route.ts";

export { handleAuthGet as GET, handleAuthPost as POST };
