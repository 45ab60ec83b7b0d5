/** Path → size of each file of a submission that a person might read, and its bytes where it is not too large for that. */
export type HandedIn = ReadonlyMap<string, { size: number; bytes?: Uint8Array }>;
