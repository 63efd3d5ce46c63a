/** What a tool of ours gets of the worker's environment: places, language, proxies and its own settings, no more. */
export function toolEnvironment(ownPrefixes: readonly string[]): Readonly<Record<string, string>> {
  const shared =
    /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|XDG_.*|SSL_CERT_.*|SSH_AUTH_SOCK|(HTTPS?|NO|ALL)_PROXY)$/i;
  return Object.fromEntries(
    Object.entries(process.env)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .filter(([name]) => shared.test(name) || ownPrefixes.some((prefix) => name.startsWith(prefix))),
  );
}
