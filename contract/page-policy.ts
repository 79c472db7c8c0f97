/** What the kiosk's page may do, as its server says: for the shell, and for whoever shows the same page elsewhere. */

export const PAGE_CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No dialog, no printing, no popup, no form, no download, whatever the page calls.
  'sandbox allow-scripts allow-same-origin',
].join('; ')
