/** Which sealed credentials systemd could not open: build/linux/open-credentials names them in a credential of its own. Never reads one. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const UNOPENED_FILE = 'unopened'

export const SEALED_FOR_ANOTHER =
  'is sealed, and this machine cannot open it: its TPM, firmware or disk is another than when it was sealed, or the file is damaged. ' +
  'Seal it anew, or remove it from /etc/credstore.encrypted, and restart the helper’s unit'

/** @param credentialsFolder $CREDENTIALS_DIRECTORY; see systemd.exec(5) */
export async function isUnopened(name: string, credentialsFolder: string): Promise<boolean> {
  const names = await readFile(join(credentialsFolder, UNOPENED_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Without that file all were opened.
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return names.split('\n').includes(name)
}
