/** A person at a kiosk whose screen is played: signs in without a phone's browser. Presses only what a screen can press. */
import { openScreenLink, type ScreenLink } from '../../demo/screen-link.ts'
import { firstStaff, type HelperWorld } from './helper-world.ts'

type World = Pick<HelperWorld, 'provider' | 'folders' | 'watch'>

export function openScreen({ folders }: World): Promise<ScreenLink> {
  return openScreenLink(folders.runtime)
}

/** From rest to the question on the screen. */
export async function approve(world: World, screen: ScreenLink): Promise<number> {
  const { watch, provider } = world
  await screen.press({ kind: 'touch' })
  const { session } = await watch.until('awaitingApproval')
  await provider.approve(session.userCode)
  const confirming = await watch.until('confirming')
  return confirming.session.generation
}

export async function signIn(world: World, screen: ScreenLink): Promise<void> {
  const generation = await approve(world, screen)
  await screen.press({ kind: 'confirmPresence', generation })
  await world.watch.until('signedIn', { test: ({ session }) => session.displayName === firstStaff(world).name })
}
