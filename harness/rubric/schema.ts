import { z } from 'zod';
import { kindOf } from '../artefacts/kinds.ts';
import { hundredths } from './points.ts';

const name = z
  .string()
  .regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/i, 'must be made of letters, digits and single hyphens, such as gradient-dMu');
const points = z
  .number()
  .min(0, 'must not be negative')
  .max(100_000, 'must not exceed 100000')
  .refine((value) => hundredths(value) !== undefined, 'must have at most two decimal places');
const handedInFile = z
  .string()
  .refine((file) => kindOf(file) !== undefined, 'must be a .md, .txt, .pdf, .png or program file');
const percent = points.max(100, 'must not exceed 100');
const positive = z.number().positive('must be greater than zero');

/** Each value with the default that holds where the rubric says nothing. */
export const LIMIT_DEFAULTS = {
  /** A call may take this many times what the reference needs … */
  deadlineFactor: 20,
  /** … and in any case this long. */
  deadlineFloorMs: 5_000,
  /** But never longer than this. */
  deadlineCeilingMs: 600_000,
  /** For one exercise of one submission, over all its calls. */
  wallSeconds: 1_200,
  cpuSeconds: 1_200,
  memoryMb: 1_024,
  /** Standard output and standard error together. */
  outputKb: 256,
  processes: 64,
  fileMb: 32,
  openFiles: 256,
};

export type Limits = typeof LIMIT_DEFAULTS;

const limitKeys = Object.keys(LIMIT_DEFAULTS) as (keyof Limits)[];
export const limitsSchema = z.strictObject(
  Object.fromEntries(limitKeys.map((key) => [key, positive.optional()])) as Record<
    keyof Limits,
    z.ZodOptional<typeof positive>
  >,
);

export const lateSchema = z.strictObject({
  /** ISO time with its zone. */
  deadline: z.iso.datetime({
    offset: true,
    error: 'must be a time with its zone, such as "2026-07-01T23:59:00+02:00"',
  }),
  /** No deduction up to so many minutes after the deadline. */
  graceMinutes: z.number().min(0, 'must not be negative').default(0),
  /** Of the points reached, for every day begun after the deadline. */
  perDayPercent: percent,
  maxPercent: percent.default(100),
});

export const VISIBILITIES = ['visible', 'hidden', 'staff'] as const;

export const criterionSchema = z.strictObject({
  id: name,
  exercise: name,
  function: z.string().min(1).optional(),
  check: z.string().min(1).optional(),
  manual: z.boolean().default(false),
  /** What the person reads; `files` where there are several. */
  file: handedInFile.optional(),
  files: z.array(handedInFile).default([]),
  title: z.string().min(1, 'must not be empty'),
  points,
  needs: z.array(z.string()).default([]),
  visibility: z.enum(VISIBILITIES).default('visible'),
  tolerances: z.record(z.string(), z.number()).default({}),
  limits: limitsSchema.optional(),
});

export const rubricSchema = z.strictObject({
  assignment: name,
  title: z.string().min(1, 'must not be empty'),
  version: z.string().min(1, 'must not be empty'),
  points,
  limits: limitsSchema.optional(),
  late: lateSchema.optional(),
  /** Exercises without checks: a person grades them, and all their criteria are manual. */
  gradedByHand: z.array(name).default([]),
  criteria: z.array(criterionSchema).min(1, 'must list at least one criterion'),
});

export type LatePolicy = z.infer<typeof lateSchema>;
export type RawRubric = z.infer<typeof rubricSchema>;
export type RawCriterion = z.infer<typeof criterionSchema>;

interface CriterionBase {
  id: string;
  exercise: string;
  function?: string;
  title: string;
  points: number;
  /** Ids of criteria that must have got their points before this one can get any. */
  needs: string[];
  visibility: (typeof VISIBILITIES)[number];
}

export interface CheckCriterion extends CriterionBase {
  manual: false;
  check: string;
  /** Overrides of the check's parameters. */
  tolerances: Record<string, number>;
  /** Those of the rubric, with this criterion's own. */
  limits: Limits;
}

export interface ManualCriterion extends CriterionBase {
  manual: true;
  /** What the person reads, as the student was told to name it. */
  files: string[];
}

export type Criterion = CheckCriterion | ManualCriterion;

export interface Rubric {
  assignment: string;
  title: string;
  version: string;
  points: number;
  limits: Limits;
  late?: LatePolicy;
  gradedByHand: string[];
  criteria: Criterion[];
}

/** What a rubric may name, as the exercises define it: exercise id → its functions and checks. */
export type Catalogue = Record<
  string,
  {
    assignment: string;
    functions: readonly string[];
    /** check id → its function, and the names of its parameters. */
    checks: Record<string, { function: string; parameters: readonly string[] }>;
  }
>;
