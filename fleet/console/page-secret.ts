/** What lets this page speak to the broker through fleetctl: given in the address, kept for this tab, shown nowhere. */
const KEPT_AS = 'page-secret'

/** @returns null where the page was opened by another address than the one that fleetctl has printed */
export function takePageSecret(): string | null {
  const given = location.hash.slice(1)
  if (given !== '') {
    sessionStorage.setItem(KEPT_AS, given)
    history.replaceState(null, '', location.pathname)
  }
  return sessionStorage.getItem(KEPT_AS)
}
