import { describe, expect, it } from 'vitest';
import { UsageError } from '../../harness/intake/errors.ts';
import { type Catalogue, loadRubric, parseRubric, RubricError } from '../../harness/rubric/load.ts';
import { makeFolder } from '../intake/temporary.ts';

const catalogue: Catalogue = {
  'mdn-gradients': {
    assignment: 'sheet',
    functions: ['mdnError', 'posterior'],
    checks: {
      'values-mdnError': { function: 'mdnError', parameters: ['rtol', 'atol'] },
      'values-posterior': { function: 'posterior', parameters: [] },
    },
  },
  elsewhere: { assignment: 'other', functions: [], checks: {} },
};

const good = `
assignment: sheet
title: A sheet
version: "2"
points: 10.5
limits:
  memoryMb: 512
late:
  deadline: "2026-07-01T23:59:00+02:00"
  perDayPercent: 10
gradedByHand: [crbm]
criteria:
  - id: error
    exercise: mdn-gradients
    function: mdnError
    check: values-mdnError
    title: The error
    points: 4.25
    tolerances:
      rtol: 1.0e-6
    limits:
      deadlineFactor: 3
  - id: posterior
    exercise: mdn-gradients
    check: values-posterior
    title: The posterior
    points: 0.25
    needs: [error]
    visibility: hidden
  - id: derivation
    exercise: crbm
    manual: true
    file: answers.md
    title: Derivation
    points: 6
`;

function problems(text: string): string[] {
  try {
    parseRubric(text, 'rubrics/sheet.yaml', catalogue);
  } catch (error) {
    expect(error).toBeInstanceOf(RubricError);
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.split('\n');
  }
  return [];
}

/** The complaint about the good rubric with one text replaced by another. */
function complaints(from: string, to: string): string[] {
  expect(good).toContain(from);
  return problems(good.replace(from, to));
}

/** `line:column` of the first place of this text in the good rubric. */
function placeOf(text: string, source = good): string {
  const before = source.slice(0, source.indexOf(text));
  return `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
}

describe('a rubric', () => {
  it('is read with its defaults', () => {
    const rubric = parseRubric(good, 'x.yaml', catalogue);
    expect(rubric).toMatchObject({
      assignment: 'sheet',
      title: 'A sheet',
      version: '2',
      points: 10.5,
      gradedByHand: ['crbm'],
    });
    expect(rubric.limits).toMatchObject({ memoryMb: 512, deadlineFactor: 20, deadlineFloorMs: 5000, outputKb: 256 });
    expect(rubric.late).toEqual({
      deadline: '2026-07-01T23:59:00+02:00',
      perDayPercent: 10,
      graceMinutes: 0,
      maxPercent: 100,
    });
    const [error, posterior, derivation] = rubric.criteria;
    expect(error).toMatchObject({
      manual: false,
      needs: [],
      visibility: 'visible',
      tolerances: { rtol: 1e-6 },
      limits: { deadlineFactor: 3, memoryMb: 512 },
    });
    expect(posterior).toMatchObject({
      function: 'posterior',
      check: 'values-posterior',
      needs: ['error'],
      visibility: 'hidden',
    });
    expect(derivation).toEqual({
      id: 'derivation',
      exercise: 'crbm',
      manual: true,
      files: ['answers.md'],
      title: 'Derivation',
      points: 6,
      needs: [],
      visibility: 'visible',
    });
  });

  it('is read from a file, whose absence is said', async () => {
    const root = await makeFolder({ 'sheet.yaml': good });
    expect((await loadRubric(`${root}/sheet.yaml`, catalogue)).criteria).toHaveLength(3);
    await expect(loadRubric(`${root}/none.yaml`)).rejects.toThrow(`There is no such rubric: ${root}/none.yaml`);
    await expect(loadRubric(root)).rejects.toThrow(UsageError);
  });
});

describe('a mistake in a rubric is found, with its place and what would be valid', () => {
  it.each([
    ['perDayPercent: 10', 'perDayPercnt: 10', 'unknown key "perDayPercnt". Did you mean "perDayPercent"?'],
    ['gradedByHand:', 'gradedByhand:', 'unknown key "gradedByhand". Did you mean "gradedByHand"?'],
    ['visibility: hidden', 'visibilty: hidden', 'unknown key "visibilty". Did you mean "visibility"?'],
    ['memoryMb: 512', 'memory: 512', 'unknown key "memory".'],
    ['deadlineFactor: 3', 'deadlinefactor: 3', 'Did you mean "deadlineFactor"?'],
    ['hidden', 'hiden', 'unknown value "hiden". Did you mean "hidden"? Valid: visible, hidden, staff.'],
    ['points: 4.25', 'points: four', '"points" must be a number, but is "four".'],
    ['points: 4.25', 'points: 4.255', '"points" must have at most two decimal places, but is 4.255.'],
    ['points: 4.25', 'points: -1', '"points" must not be negative'],
    ['memoryMb: 512', 'memoryMb: 0', '"memoryMb" must be greater than zero'],
    ['needs: [error]', 'needs: error', '"needs" must be a list, but is "error".'],
    ['needs: [error]', 'needs: [errors]', 'unknown criterion "errors". Did you mean "error"?'],
    ['needs: [error]', 'needs: [posterior]', 'in a circle: posterior → posterior'],
    ['id: posterior', 'id: error', 'the id "error" is taken already (line 13)'],
    ['id: posterior', 'id: "a b"', 'must be made of letters, digits and single hyphens'],
    ['version: "2"', 'version: 2', '"version" must be text, but is 2.'],
    ['points: 10.5', 'points: 11', 'the criteria add up to 10.5 points, but "points" says 11.'],
    ['2026-07-01T23:59:00+02:00', 'July', 'must be a time with its zone'],
    [
      'exercise: mdn-gradients',
      'exercise: mdn-gradient',
      'unknown exercise "mdn-gradient". Did you mean "mdn-gradients"? Valid: mdn-gradients, crbm.',
    ],
    ['exercise: mdn-gradients', 'exercise: elsewhere', 'unknown exercise "elsewhere".'],
    ['exercise: crbm', 'exercise: rbm', 'unknown exercise "rbm". Did you mean "crbm"?'],
    ['function: mdnError', 'function: mdn_error', 'Did you mean "mdnError"?'],
    ['function: mdnError', 'function: posterior', 'the check "values-mdnError" is about mdnError, not posterior.'],
    [
      'check: values-posterior',
      'check: value-posterior',
      'unknown check "value-posterior". Did you mean "values-posterior"?',
    ],
    ['check: values-posterior', 'check: toString', 'unknown check "toString".'],
    ['rtol: 1.0e-6', 'rtoll: 1.0e-6', 'unknown parameter of the check "values-mdnError" "rtoll". Did you mean "rtol"?'],
    ['rtol: 1.0e-6', 'rtol: small', '"rtol" must be a number'],
    ['rtol: 1.0e-6', 'rtol: .nan', '"rtol" must be a number'],
    ['gradedByHand: [crbm]', 'gradedByHand: [crbm, mdn-gradients]', '"mdn-gradients" has checks by now'],
    ['manual: true', 'check: x', '"crbm" is graded by hand; use manual: true.'],
    ['manual: true', 'manual: true\n    check: values-mdnError', 'no check can decide it'],
    ['manual: true', 'manual: true\n    limits: { memoryMb: 1 }', 'is manual and has no limits'],
    ['manual: true', 'manual: true\n    tolerances: { rtol: 1 }', 'is manual and has no tolerances'],
    ['    manual: true\n', '', 'needs a check, or manual: true'],
    ['visibility: hidden', 'visibility: staff', 'only staff sees must have 0 points'],
    ['visibility: hidden', 'file: x.md', '"file" belongs to manual criteria'],
    ['title: The error\n', 'title: ""\n', '"title" must not be empty'],
    ['title: A sheet\n', 'title: A sheet\ntitle: Twice\n', 'Map keys must be unique'],
    ['gradedByHand: [crbm]', 'gradedByHand: [crbm', 'Flow sequence'],
    ['title: A sheet', 'title: *nobody', 'nobody'],
    ['title: A sheet', '\ttitle: A sheet', ':'],
  ])('%s → %s', (from, to, words) => {
    const found = complaints(from, to);
    expect(found.join('\n')).toContain(words);
    for (const line of found) expect(line).toMatch(/^rubrics\/sheet\.yaml:\d+:\d+: .+\.$/);
  });

  it.each([
    ['perDayPercent: 10', 'perDayPercnt: 10', 'perDayPercnt'],
    ['rtol: 1.0e-6', 'rtoll: 1.0e-6', 'rtoll'],
    ['hidden', 'hiden', 'hiden'],
    ['check: values-posterior', 'check: valuesposterior', 'valuesposterior'],
    ['points: 10.5', 'points: 11', '11'],
    ['needs: [error]', 'needs: [errors]', 'errors'],
  ])('%s → %s: the very place', (from, to, place) => {
    const [first] = complaints(from, to);
    expect(first).toContain(`rubrics/sheet.yaml:${placeOf(place, good.replace(from, to))}: `);
  });

  it('says what is missing, at the criterion', () => {
    const [first] = complaints('    title: The posterior\n', '');
    expect(first).toBe(`rubrics/sheet.yaml:${placeOf('id: posterior')}: "title" is missing in criteria, entry 2.`);
    expect(problems('title: x')[0]).toContain('"assignment" is missing');
  });

  it('finds circles of several criteria once', () => {
    const found = complaints('    title: The error\n', '    title: The error\n    needs: [posterior]\n');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/error → posterior → error/);
  });

  it('lists all mistakes in the order of the file', () => {
    const found = problems(
      good.replace('hidden', 'hiden').replace('memoryMb', 'memory').replace('title: Derivation', 'tilte: x'),
    );
    expect(found.length).toBeGreaterThanOrEqual(3);
    const lines = found.map((line) => Number(line.split(':')[1]));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });

  it.each(['', '# nothing', '[]', 'just words', '- a\n- b', 'null', '%'])('refuses %j', (text) => {
    expect(problems(text).length).toBeGreaterThan(0);
  });

  it('does not unfold a bomb of aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`)}]`)
      .join('\n')}`;
    expect(() => parseRubric(bomb, 'x.yaml')).toThrow(UsageError);
  });
});
