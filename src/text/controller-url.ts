// The address of a domain controller, as an operator writes it.

/** No clear text, no search of the whole forest (3268, 3269: it takes no changes), nothing beside host and port. */
export function isControllerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'ldaps:' || url.hostname === '') return false;
  const isBare =
    [url.username, url.password, url.search, url.hash].every((part) => part === '') && url.pathname.length < 2;
  return isBare && !['389', '3268', '3269'].includes(url.port);
}
