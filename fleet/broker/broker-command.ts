/** `fleetctl broker`: renders and checks the broker's configuration. Never starts, reloads or stops the one that serves. */
import { type GroupCommand, runGroup } from '../command-group.ts'
import { makeBroker } from './make-broker.ts'

const COMMANDS: Readonly<Record<string, GroupCommand>> = {
  render: {
    needs: ['settings', 'out'],
    mayTake: ['mosquitto'],
    async run({ settings = '', out = '', mosquitto = 'mosquitto' }) {
      const made = await makeBroker({ settingsFile: settings, outFile: out, mosquittoPath: mosquitto })
      const checked = made.isCheckedByMosquitto
        ? 'mosquitto starts with it'
        : 'there is no mosquitto here to judge it: try it where there is one'
      return [`wrote ${out} and the lists of rights beside it; ${checked}`, ...made.notices].join('\n')
    },
  },
}

/** @param args what follows `broker` */
export function runBroker(args: readonly string[]): Promise<string> {
  return runGroup('broker', COMMANDS, args)
}
