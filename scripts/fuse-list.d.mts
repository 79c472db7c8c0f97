export declare const FUSES: readonly { name: string; on: boolean; why: string }[]
export declare function fuseSettings(): Record<number, boolean>
