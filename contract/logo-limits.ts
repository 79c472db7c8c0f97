/** How large a logo may be, for the ends that carry it. Free of schemas: the page reads it too. */

/** Larger files are no logos, and every screen holds one in memory. */
export const LOGO_LIMIT_BYTES = 256 * 1024

/** What one answer carries of a logo, so that no message comes near the limit of the link. */
export const LOGO_PART_BYTES = 32 * 1024
