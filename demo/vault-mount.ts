/** A private tmpfs for one run's vault, as a kiosk's mount unit makes it. Where this account may not mount, it makes none. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

/** As in build/linux; the newest kernels' `noswap` is left out where it is not known. */
const OPTIONS = ['size=1m', 'mode=0700', 'nosuid', 'nodev', 'noexec']

async function run(command: string, ...args: string[]): Promise<boolean> {
  return promisify(execFile)(command, args).then(
    () => true,
    () => false,
  )
}

/** @returns what takes the mount away again, or null where none was made: the folder's own file system has to do */
export async function mountVault(folder: string): Promise<(() => Promise<void>) | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  await mkdir(folder, { mode: 0o700 })
  const mount = (options: string[]) => run('mount', '-t', 'tmpfs', '-o', options.join(), 'kiosk-vault', folder)
  if (!(await mount(['noswap', ...OPTIONS])) && !(await mount(OPTIONS))) return null
  return async () => {
    // Lazily: a process that is just ending may still stand in it.
    await run('umount', '--lazy', folder)
  }
}
