import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { tryEscapes } from '../../../harness/sandbox/launch/probe.ts';
import { detectLevel } from '../../../harness/sandbox/level.ts';
import { lacking, needs } from './sandbox.ts';

test('detects the best level that the system has', async () => {
  const levels = ['full', 'strong', 'partial', 'none'] as const;
  const best = levels.find((level) => lacking(level) === null);
  const report = await detectLevel();
  expect(report.level).toBe(best);
  expect(report.missing.length === 0).toBe(best === 'full');
  for (const { ok, name, detail, consequence, mend } of report.parts) {
    expect(name).not.toBe('');
    expect(detail, name).not.toBe('');
    expect(consequence === '', name).toBe(ok);
    expect(mend === '', name).toBe(ok);
  }
});

describe('the attempts', () => {
  test('succeed where nothing holds, so that they prove something where they fail', async (context) => {
    context.skip(process.platform !== 'linux', 'the probe uses what Linux has');
    const escapes = await tryEscapes('none');
    const succeeded = Object.entries(escapes).filter(([, { held }]) => !held);
    const names = succeeded.map(([name]) => name).sort();
    expect(names).toEqual(
      ['cgroup', 'filter', 'fork', 'namespace', 'network', 'read', 'see', 'signal', 'threads', 'tmp', 'write'].sort(),
    );
  });

  test('all fail at level full', async (context) => {
    needs(context, 'full');
    const escapes = await tryEscapes('full');
    for (const [name, { held, detail }] of Object.entries(escapes)) expect(held, `${name}: ${detail}`).toBe(true);
  });

  test('fail at level partial but for temporary files and threads', async (context) => {
    needs(context, 'partial');
    const { tmp: _tmp, threads: _threads, cgroup: _cgroup, ...escapes } = await tryEscapes('partial');
    for (const [name, { held, detail }] of Object.entries(escapes)) expect(held, `${name}: ${detail}`).toBe(true);
  });
});

test('an ordinary user has level strong or better where root has it', (context) => {
  needs(context, 'strong');
  context.skip(process.getuid?.() !== 0, 'only root can become somebody else');
  const code = `import { detectLevel } from ${JSON.stringify(new URL('../../../harness/sandbox/level.ts', import.meta.url).href)};
    detectLevel().then((report) => console.log(report.level));`;
  const user = ['--reuid=54321', '--regid=54321', '--clear-groups', '--', process.execPath];
  const asUser = spawnSync('setpriv', [...user, '--import', 'tsx', '--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin', HOME: '/nonexistent', TMPDIR: '/tmp' },
  });
  context.skip(/EACCES/.test(asUser.stderr), 'other users cannot read this folder');
  expect(asUser.stdout.trim(), asUser.stderr).toMatch(/^(strong|full)$/);
});
