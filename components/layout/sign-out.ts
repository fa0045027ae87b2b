/** Ends the session on the server, then leaves every page of it. */
export async function signOut(): Promise<void> {
  const token = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  await fetch("/api/auth/signout", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ csrfToken: token.csrfToken }),
  });
  // A full load, so that nothing of the session stays in the browser's memory.
  window.location.assign("/sign-in");
}
