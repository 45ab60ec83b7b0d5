import { z } from 'zod';

const studentSchema = z.object({
  id: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  email: z.string().max(200).optional(),
});

const metadataSchema = z.object({
  students: z.array(studentSchema).max(50).default([]),
  submittedAt: z.iso.datetime({ offset: true }).optional(),
});

export type Metadata = z.infer<typeof metadataSchema>;

/** Reads `submission.json`. A bad one is no reason to refuse a program: it gives the remark instead. */
export function readMetadata(bytes: Uint8Array): { metadata: Metadata } | { remark: string } {
  const ignored = 'submission.json was ignored:';
  if (bytes.length > 65_536) return { remark: `${ignored} it is larger than 64 KiB.` };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { remark: `${ignored} it is not valid JSON.` };
  }
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return { metadata: parsed.data };
  const { path, message } = parsed.error.issues[0]!;
  return { remark: `${ignored} ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}.` };
}
