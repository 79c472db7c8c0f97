/** A clean Debian in a folder, and what the package depends on. Never changes anything of the system that it is made on. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dependsOf } from '../../scripts/package/build-deb.mjs'

const SUITE = 'trixie'
const MIRROR = 'http://deb.debian.org/debian'

/** Looks on: AppArmor's parser, a tracer for the third account, sockets, pictures of the compositor's output. */
const LOOKERS_ON = ['apparmor', 'strace', 'iproute2', 'procps', 'grim']

/** As root, with mounts of its own that end with it. `$1` is the folder, `$2` what the release depends on, the rest are packages. */
const INSTALL = `
set -e
root=$1
release=$2
shift 2
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sys "$root/sys"
mount --bind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Nothing that is installed here starts here.
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
chroot "$root" apt-get update --quiet
chroot "$root" apt-get install --yes --quiet --no-install-recommends "$@"
# What a release wants of Electron's, which is not in the package that the drill installs.
chroot "$root" apt-get satisfy --simulate --quiet --no-install-recommends "$release" >/dev/null
chroot "$root" apt-get clean
rm "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
printf '127.0.0.1 localhost kiosk-drill\\n' > "$root/etc/hosts"
printf 'kiosk-drill\\n' > "$root/etc/hostname"
# As the first use of a credential leaves it.
install -d -m 0700 "$root/etc/credstore.encrypted"
chroot "$root" systemd-creds setup
`

function run(command: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
  })
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `${stdout}${stderr}`.slice(-2_000)}`)
}

/** What `dpkg-deb` says a package depends on, as apt takes it: the first of what may be chosen from, without versions. */
function dependenciesOf(deb: string): string[] {
  const { stdout } = spawnSync('dpkg-deb', ['--field', deb, 'Depends'], { encoding: 'utf8' })
  return stdout
    .split(',')
    .map((choice) => (choice.split('|')[0] ?? '').replace(/\(.*\)/, '').trim())
    .filter((name) => name !== '')
}

/**
 * Makes it once; later runs find it. It wants the network: Debian's own archive, and nothing else.
 *
 * @param deb whose dependencies are installed: on a kiosk apt would bring them with it
 * @throws Error with the words of debootstrap or apt
 */
export async function makeMachineRoot(root: string, deb: string): Promise<void> {
  const marker = join(root, 'etc', 'kiosk-drill')
  if (existsSync(marker)) return
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  run('debootstrap', '--variant=minbase', SUITE, root, MIRROR)
  const packages = ['systemd-sysv', ...dependenciesOf(deb), ...LOOKERS_ON]
  run('unshare', '--mount', 'sh', '-c', INSTALL, 'sh', root, dependsOf('electron'), ...packages)
  await writeFile(marker, 'made for a drill\n')
}

/** A machine of its own for one run. */
export async function copyMachineRoot(root: string, to: string): Promise<void> {
  run('cp', '--archive', '--reflink=auto', root, to)
}

export async function copyInto(machine: string, file: string, to: string): Promise<void> {
  await cp(file, join(machine, to))
}
