/** Tells technicians of a fault inside the page. Never tells the person at the screen and never carries a code or a name. */

export function reportProblem(what: string, cause: unknown): void {
  // biome-ignore lint/suspicious/noConsole: the shell collects the page's console into its log
  console.error(what, cause)
}
