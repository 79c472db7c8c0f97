/** The bundle and the certificate at a start that may fall into the middle of a renewal. Never takes a half-written pair at its word. */
import { setTimeout as wait } from 'node:timers/promises'
import { gatewayOf } from '../attestation/provider-way.ts'
import { type BundlePlaces, type FoundBundle, findBundle } from './find-bundle.ts'

/** Longer than it takes to replace two files. */
const RENEWAL_MS = 1_000

function isDoubtful({ certificate, runnable }: FoundBundle): boolean {
  if (certificate.kind === 'not-configured') return runnable !== null && gatewayOf(runnable.bundle.config) !== null
  return certificate.kind === 'faulty'
}

/**
 * Looks once more where the certificate is not as it should be: a kiosk that took a renewal for a fault would be another
 * device, or none, and what lies in its vault would be lost.
 *
 * @param pause between the two looks
 */
export async function findSettledBundle(
  places: BundlePlaces,
  pause: () => Promise<unknown> = () => wait(RENEWAL_MS),
): Promise<FoundBundle> {
  const found = await findBundle(places)
  if (!isDoubtful(found)) return found
  await pause()
  return findBundle(places)
}
