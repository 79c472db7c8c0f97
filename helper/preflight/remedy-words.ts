/** Advice for kiosks in words for any other machine, where no helper runs and keeps no log. Pure. */

const OF_THE_LOG = /(?:^| )[^.]*\bhelper’s log\b[^.]*\./g

/** @param remedy as an operator of a kiosk would read it */
export function withoutKiosk(remedy: string): string {
  return remedy.replace(OF_THE_LOG, '').replaceAll(' on the kiosk', ' on this machine and on the kiosks').trim()
}
