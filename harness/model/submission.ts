/** One student's (or group's) hand-in, as the intake accepted it: files in memory, nothing executed yet. */
export interface Submission {
  /** Folder or archive name without extension; unique in a class. */
  id: string;
  students: { id?: string; name?: string; email?: string }[];
  submittedAt?: string;
  /** Relative path with forward slashes → bytes. Only the kinds of file that an assignment can ask for. */
  files: Map<string, Uint8Array>;
  /** Things that cost nothing but that one should know: ignored files, an unwrapped folder. */
  remarks: string[];
  /** SHA-256 over the sorted paths and contents, hex. */
  hash: string;
}

/** A hand-in that could not be taken in. `message` is for the student, `detail` for staff. */
export interface Rejected {
  id: string;
  rejected: true;
  message: string;
  detail: string;
}
