import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { removeTree } from '../../../harness/sandbox/launch/remove-tree.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'remove-tree-'));

it('removes a tree whose paths are longer than the system takes', () => {
  const top = folder();
  const here = process.cwd();
  try {
    process.chdir(top);
    for (let i = 0; i < 40; i++) {
      mkdirSync('d'.repeat(200));
      process.chdir('d'.repeat(200));
      writeFileSync('file', '');
    }
  } finally {
    process.chdir(here);
  }
  expect(removeTree(top)).toBe(true);
  expect(existsSync(top)).toBe(false);
});

it('removes folders that nobody may enter', () => {
  const top = folder();
  mkdirSync(path.join(top, 'closed', 'inner'), { recursive: true });
  chmodSync(path.join(top, 'closed'), 0);
  expect(removeTree(top)).toBe(true);
});

it('has nothing against a folder that is not there', () => {
  expect(removeTree(path.join(tmpdir(), 'remove-tree-none'))).toBe(true);
});
