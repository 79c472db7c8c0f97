export declare function findSupportFault(version: string, today: Date): string | null
