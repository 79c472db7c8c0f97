type Runtime = 'electron' | 'stand-in'
export function debFileName(runtime: Runtime, version: string): string
export function buildDeb(
  root: string,
  how: { runtime: Runtime; version: string; builtAtEpochSeconds: number; compression: string; output: string },
): void
export function dependsOf(runtime: Runtime): string
