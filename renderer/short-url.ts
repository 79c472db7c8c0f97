/** The verification address as a person types it. */

/** `https://login.example.com/device/` → `login.example.com/device` */
export function shortUrl(verificationUri: string): string {
  return verificationUri.replace(/^https?:\/\//i, '').replace(/\/$/, '')
}

/** Where a long address may break: before each slash, and nowhere else. */
export function shortUrlParts(verificationUri: string): string[] {
  return shortUrl(verificationUri).split(/(?=\/)/)
}
