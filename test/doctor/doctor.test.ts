import { expect, test, vi } from 'vitest';
import type { Finding } from '../../harness/doctor/examine.ts';
import { gradus } from '../cli/gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

test('doctor says of every part what is there, what follows, and what to do', async () => {
  const { code, stdout, stderr } = await gradus(['doctor', '--json']);
  expect(code, stderr).toBe(0);
  const findings = JSON.parse(stdout) as Finding[];
  const named = (name: string): Finding => {
    const found = findings.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name} among ${findings.map((one) => one.name)}`);
    return found;
  };
  expect(named('Node').detail).toContain(process.version);
  // Proved by computing: the error of the product is named.
  expect(named('float64')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/error \d\.\de-\d+/) });
  expect(named('wasm')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/error \d\.\de-\d+/) });
  expect(named('tensorflow-gpu')).toMatchObject({
    state: 'optional',
    detail: expect.stringContaining('not used by workers yet'),
  });
  // It computes, too, where its packages are installed and there is a driver; else it is said how to have it.
  const webgpu = named('webgpu');
  if (webgpu.state === 'ok') expect(webgpu.detail).toMatch(/error \d\.\de-\d+/);
  else
    expect(webgpu).toMatchObject({ state: 'optional', mend: expect.stringContaining('npm install --no-save webgpu@') });
  for (const { name, state, detail, consequence } of findings) {
    expect(detail, name).not.toBe('');
    if (state !== 'ok') expect(consequence, name).not.toBe('');
  }
  expect(findings.filter(({ group }) => group === 'sandbox').length).toBeGreaterThan(5);
});
