/** Whether this Node can run the built programs. Imports nothing and uses no new syntax: an older Node must be able to read it. */

/** `tls.setDefaultCACertificates` came with 24.5; without it a program ends before its first line. */
const LEAST = { major: 24, minor: 5 }

/** @param version as in `process.versions.node`; @returns what to tell whoever started the program, null where it will do */
export function complainAboutNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return null
  return (
    `needs Node ${LEAST.major}.${LEAST.minor} or later, and this is ${version}. On an installed kiosk use the node/node that ` +
    'lies beside the folder "helper", in a checkout "npx kioskctl" (docs/operations.md, "Running kioskctl")'
  )
}
