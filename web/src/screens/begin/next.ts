/** Where one goes after beginning or signing in: where one came from, or the news. */

/** The `?next=` of the present address, if it is a page of ours. */
export function afterwards(): string {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?!\/)[\w/-]*$/.test(next) ? next : "/inbox";
}
