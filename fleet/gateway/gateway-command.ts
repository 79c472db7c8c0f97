/** `fleetctl gateway`: renders and checks the gateway's configuration. Never starts, reloads or stops nginx. */
import { type GroupCommand, runGroup } from '../command-group.ts'
import { makeGateway } from './make-gateway.ts'

const COMMANDS: Readonly<Record<string, GroupCommand>> = {
  render: {
    needs: ['settings', 'out'],
    mayTake: ['nginx'],
    async run({ settings = '', out = '', nginx = 'nginx' }) {
      const made = await makeGateway({ settingsFile: settings, outFile: out, nginxPath: nginx, now: new Date() })
      const active = made.devices.filter(({ state }) => state === 'active').length
      const counted = `${active} devices active, ${made.devices.length - active} suspended`
      const checked = made.isCheckedByNginx
        ? 'nginx accepts it'
        : 'there is no nginx here to judge it: run "nginx -t" where there is one'
      const warnings = made.warnings.map((warning) => `soon: ${warning}`)
      return [`wrote ${out}: ${counted}; ${checked}`, ...warnings].join('\n')
    },
  },
}

/** @param args what follows `gateway` */
export function runGateway(args: readonly string[]): Promise<string> {
  return runGroup('gateway', COMMANDS, args)
}
