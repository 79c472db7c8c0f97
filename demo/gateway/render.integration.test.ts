/** Tests that `fleetctl gateway render` leaves a good configuration alone until it has a better one. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runGateway } from '../../fleet/gateway/gateway-command.ts'
import { signList } from '../../fleet/pki/device-certificates.ts'
import { findNginx } from './find-nginx.ts'
import { type GatewayStage, setGatewayStage } from './gateway-stage.fixture.ts'
import { type RecordingProvider, startRecordingProvider } from './recording-provider.fixture.ts'

const nginxPath = findNginx()

describe.skipIf(nginxPath === null)('fleetctl gateway render', () => {
  let stage: GatewayStage<RecordingProvider>
  let folder: string
  beforeAll(async () => {
    const options = { nginxPath: nginxPath ?? '', deviceList: 'DR-0042 active\nDR-0043 suspended' }
    stage = await setGatewayStage(() => startRecordingProvider(), options)
    folder = join(dirname(stage.pkiFolder), 'gateway')
  })
  afterAll(() => stage?.close())

  const render = (nginx: string) => {
    const at = (name: string) => join(folder, name)
    return runGateway(['render', '--settings', at('gateway.json'), '--out', at('nginx.conf'), '--nginx', nginx])
  }
  const current = () => readFile(join(folder, 'nginx.conf'), 'utf8')

  it('counts the devices, says that nginx accepts it, and what will stop it within a week', async () => {
    await signList({ folder: stage.pkiFolder, now: new Date(), days: 6 })
    const [first, ...soon] = (await render(nginxPath ?? '')).split('\n')
    expect(first).toMatch(/1 devices active, 1 suspended; nginx accepts it$/)
    // The gateway's own certificate is for a day, as everything throwaway is here.
    expect(soon).toEqual([
      expect.stringMatching(/^soon: .*server\.crt: the server’s certificate expires /),
      expect.stringMatching(/^soon: .*fleet-ca\.crl: the revocation list of "CN=Contoso kiosks" expires /),
    ])
  })

  it('says so where there is no nginx to judge it', async () => {
    expect(await render('/missing/nginx')).toContain('there is no nginx here')
  })

  it('replaces nothing where nginx refuses it, and leaves nothing behind', async () => {
    const before = await current()
    await expect(render('/bin/false')).rejects.toThrow(/nginx -t ended with 1/)
    expect(await current()).toBe(before)
    expect((await readdir(folder)).filter((name) => name.startsWith('.gateway-'))).toEqual([])
  })
})
