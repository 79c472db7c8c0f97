declare module 'qrcode-terminal' {
  const terminal: {
    /** Calls back with the QR code drawn in block characters. */
    generate(text: string, options: { small: boolean }, onDrawn: (drawing: string) => void): void
  }
  export = terminal
}
