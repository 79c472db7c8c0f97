/** CHROMIUM_PATH where it is set, else the first Chromium found in the usual places. */
export function findChromium(): string | null
