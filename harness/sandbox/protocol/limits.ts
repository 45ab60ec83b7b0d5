/** Longest body of a reply. */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Levels of lists and records in a result; a record of results adds a few, see `MAX_DEPTH` of the codec. */
export const MAX_RESULT_DEPTH = 16;

/** Lists, records and strings in a result. */
export const MAX_CONTAINERS = 250_000;
