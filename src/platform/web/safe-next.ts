/** Where to go after signing in: only ever within this console. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/')) return '/';
  // Judged as the browser will read it: it turns \ into / and drops tabs and line ends.
  const base = 'https://console.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : null;
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/';
  return url.pathname === '/sign-in' ? '/' : `${url.pathname}${url.search}`;
}
