/** The paths of ImageMagick's `convert` and of zbar's `zbarimg`; null for what is not installed. */
export function findScanTools(): { convert: string | null; zbarimg: string | null }
