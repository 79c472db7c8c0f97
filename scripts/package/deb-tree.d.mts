export function layDebTree(root: string, application: string, atEpochSeconds: number): void
