/** Has nginx itself judge a configuration. Never starts it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

const failureSchema = z.object({ code: z.union([z.string(), z.number()]), stderr: z.string().default('') })

/**
 * @param nginxPath a path, or a name to be found on the PATH
 * @returns null where nginx accepts it; `missing` where there is no nginx; else its words
 */
export async function askNginx(nginxPath: string, configurationFile: string): Promise<null | 'missing' | string> {
  try {
    await promisify(execFile)(nginxPath, ['-t', '-q', '-c', configurationFile])
    return null
  } catch (error) {
    const { code, stderr } = failureSchema.parse(error)
    return code === 'ENOENT' ? 'missing' : stderr.trim() || `nginx -t ended with ${code}`
  }
}
