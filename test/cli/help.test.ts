import { expect, test, vi } from 'vitest';
import { gradus } from './gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

test.each(['grade', 'regrade', 'show', 'list', 'doctor'])(
  '%s --help says what it does, with an example',
  async (name) => {
    const { code, stdout, stderr } = await gradus([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: gradus ${name}`);
    expect(stdout).toMatch(new RegExp(`Example:\\n {2}npx gradus ${name}`));
  },
);

test('the program itself has help with an example, and its version', async () => {
  const help = await gradus(['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Example:\n  npx gradus grade');
  const version = await gradus(['--version']);
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test.each([
  [['grad', 'class'], "unknown command 'grad'", 'Did you mean grade?'],
  [['grade'], "missing required argument 'source'", 'gradus grade --help'],
  [['grade', 'x', '--sed', '7'], "unknown option '--sed'", 'Did you mean --seed?'],
  [['grade', 'x', '--seed', '1.5'], 'a whole number of at least 0', '--seed'],
  [['grade', 'x', '--jobs', '0'], 'a whole number of at least 1', '--jobs'],
  [['grade', 'x', '--backend', 'gpu'], 'Allowed choices are wasm, cpu', '--backend'],
  [['grade', 'x', '--as', 'folder'], 'Allowed choices are class, submission', '--as'],
])('gradus %j is wrong usage, and says what is right', async (args, what, more) => {
  const { code, stdout, stderr } = await gradus(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(what);
  expect(stderr).toContain(more);
});
