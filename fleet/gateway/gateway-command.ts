/** `fleetctl gateway`: renders and checks the gateway's configuration. Never starts, reloads or stops nginx. */
import { type GroupCommand, runGroup } from '../command-group.ts'
import { makeGateway } from './make-gateway.ts'

export const GATEWAY_USAGE = `  gateway render --settings gateway.json --out nginx.conf [--nginx /usr/sbin/nginx]
      nginx's whole configuration, from the settings and the list of devices; checked by "nginx -t" where there is one,
      and nothing is replaced unless everything is in order. Then:  nginx -s reload -c /path/to/nginx.conf`

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
      return `wrote ${out}: ${counted}; ${checked}`
    },
  },
}

/** @param args what follows `gateway` */
export function runGateway(args: readonly string[]): Promise<string> {
  return runGroup('gateway', COMMANDS, args)
}
