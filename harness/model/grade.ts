import { z } from 'zod';
import { STATUSES } from './status.ts';

/** The record that every report is made from. Published as JSON Schema; a change of meaning raises `schema`. */

const cell = z.union([z.string(), z.number(), z.null()]);

export const evidenceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(cell)),
    note: z.string().optional(),
  }),
  z.object({
    kind: z.literal('matrix'),
    title: z.string(),
    rows: z.array(z.array(z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]))),
    highlight: z.tuple([z.number(), z.number()]).optional(),
  }),
  z.object({
    kind: z.literal('series'),
    title: z.string(),
    x: z.string(),
    y: z.string(),
    series: z.array(z.object({ name: z.string(), points: z.array(z.tuple([z.number(), z.number()])) })),
  }),
  z.object({
    kind: z.literal('pictures'),
    title: z.string(),
    pictures: z.array(z.object({ label: z.string(), file: z.string(), width: z.number(), height: z.number() })),
    note: z.string().optional(),
  }),
  z.object({ kind: z.literal('text'), title: z.string(), text: z.string() }),
]);

export const criterionGradeSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  function: z.string().optional(),
  check: z.string(),
  title: z.string(),
  status: z.enum(STATUSES),
  points: z.number(),
  maxPoints: z.number(),
  visibility: z.enum(['visible', 'hidden', 'staff']),
  /** One plain sentence for the student. */
  summary: z.string(),
  mistake: z.object({ id: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  evidence: z.array(evidenceSchema),
});

export const studentSchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
});

export const submissionGradeSchema = z.object({
  id: z.string(),
  students: z.array(studentSchema),
  submittedAt: z.string().optional(),
  status: z.enum(['graded', 'rejected', 'internal-error']),
  points: z.number(),
  maxPoints: z.number(),
  /** Manual points not yet given. */
  pending: z.number(),
  late: z.record(z.string(), z.unknown()).optional(),
  /** Why it was rejected, or what staff should look at. */
  message: z.string().optional(),
  /** Remarks of the intake that cost nothing (a file that nobody asked for, a folder in the folder). */
  remarks: z.array(z.string()).optional(),
  /** The student's own output (stdout and stderr, capped), per exercise. */
  output: z.record(z.string(), z.string()).optional(),
  criteria: z.array(criterionGradeSchema),
});

export const gradesSchema = z.object({
  schema: z.literal(1),
  assignment: z.string(),
  title: z.string(),
  rubricVersion: z.string(),
  /** Exercise id → its title, for people. */
  exercises: z.record(z.string(), z.string()).optional(),
  seed: z.number().int(),
  harness: z.object({ version: z.string(), commit: z.string() }),
  environment: z.object({
    node: z.string(),
    backend: z.string(),
    /** Networks were trained as long as the sheets ask for; the usual, shorter time where absent. */
    training: z.literal('long').optional(),
    sandbox: z.object({ level: z.enum(['full', 'strong', 'partial', 'none']), missing: z.array(z.string()) }),
    platform: z.string(),
  }),
  startedAt: z.string(),
  finishedAt: z.string(),
  submissions: z.array(submissionGradeSchema),
});

export type CriterionGrade = z.infer<typeof criterionGradeSchema>;
export type SubmissionGrade = z.infer<typeof submissionGradeSchema>;
export type Grades = z.infer<typeof gradesSchema>;
