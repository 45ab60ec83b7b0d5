/** Exit codes: 0 grading worked, whatever the grades; 1 something internal failed; 2 wrong usage; 130 stopped. */
export const EXIT = { ok: 0, internal: 1, usage: 2, stopped: 130 } as const;
