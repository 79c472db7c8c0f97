declare module 'qrcode-terminal' {
  /** Calls back with the QR code drawn in block characters. */
  export function generate(text: string, options: { small: boolean }, onDrawn: (drawing: string) => void): void
}
