import { handleAuthGet, handleAuthPost } from "#lib/routes/auth-route.ts";

export { handleAuthGet as GET, handleAuthPost as POST };
