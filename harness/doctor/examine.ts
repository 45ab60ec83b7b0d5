import { detectLevel } from '../sandbox/level.ts';
import { harnessVersion } from '../version.ts';
import { proveTensorFlow, proveWorkerBackends } from './backends.ts';
import { findBrowser, findData, findFonts, findPython } from './surroundings.ts';

/** One thing that was looked at. `optional`: not there, and nothing essential follows. */
export interface Finding {
  group: 'versions' | 'sandbox' | 'backend' | 'reports' | 'data';
  name: string;
  state: 'ok' | 'missing' | 'optional';
  detail: string;
  consequence: string;
  mend: string;
}

/** Looks at everything, by trying it: an escape for each part of the sandbox, a computation for each backend. */
export async function examine(): Promise<Finding[]> {
  const level = await detectLevel();
  const sandbox: Finding[] = [
    {
      group: 'sandbox',
      name: `level ${level.level}`,
      state: level.level === 'full' || level.level === 'strong' ? 'ok' : 'missing',
      detail: level.missing.length === 0 ? 'every part held' : `missing: ${level.missing.join(', ')}`,
      consequence: "Other people's programs are not graded here unless --unsafe is said; checking one's own works.",
      mend: 'See the parts below.',
    },
    ...level.parts.map((part): Finding => ({ group: 'sandbox', ...part, state: part.ok ? 'ok' : 'missing' })),
  ];
  const workers = await proveWorkerBackends(level.level);
  const native = await proveTensorFlow();
  return [
    ...versions(),
    ...sandbox,
    ...workers,
    native,
    await findData(),
    await findBrowser(),
    await findFonts(),
    await findPython(),
  ];
}

function versions(): Finding[] {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const ok = (major === 20 && minor >= 19) || (major > 20 && major < 25);
  const { version, commit } = harnessVersion();
  return [
    {
      group: 'versions',
      name: 'Gradus',
      state: 'ok',
      detail: `${version}, commit ${commit}`,
      consequence: '',
      mend: '',
    },
    {
      group: 'versions',
      name: 'Node',
      state: ok ? 'ok' : 'missing',
      detail: `${process.version} on ${process.platform} ${process.arch}`,
      consequence: 'Gradus is tested with Node 20.19 up to 24 only.',
      mend: 'Install a Node of that range (nodejs.org, or your package manager).',
    },
  ];
}
