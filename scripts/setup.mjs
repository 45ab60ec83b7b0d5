// Sets up what is missing: npm packages, and system packages through the system's package manager where that is allowed.
// Plain JavaScript without dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** How each package manager installs; `update` first where its lists may be empty. */
const MANAGERS = [
  { name: 'apt-get', update: ['update', '-q'], install: ['install', '-y', '-q', '--no-install-recommends'] },
  { name: 'dnf', install: ['install', '-y'] },
  { name: 'zypper', install: ['--non-interactive', 'install'] },
  { name: 'pacman', install: ['-S', '--noconfirm', '--needed'] },
  { name: 'apk', install: ['add'] },
];

/** Programs that are wanted, the package that brings each, and what follows without. */
const SYSTEM = {
  bwrap: { packages: ['bubblewrap'], without: 'submissions cannot be isolated; only your own can be checked' },
  setpriv: { packages: ['util-linux'], without: 'as root, submissions cannot be given a user of their own' },
};
const FOR_TESTS = {
  chromium: {
    packages: ['chromium', 'fonts-dejavu-core'],
    without: 'tests that open reports in a browser are skipped',
  },
};

/** @param {{ tests?: boolean }} [options] `tests`: also what only the tests need. */
export function setUp({ tests = false } = {}) {
  checkNode();
  installPackages();
  if (process.platform !== 'linux') {
    console.log(
      `${process.platform} has no sandbox that Gradus can use: your own programs can be checked, a class can not.`,
    );
    return;
  }
  for (const [program, need] of Object.entries(tests ? { ...SYSTEM, ...FOR_TESTS } : SYSTEM)) provide(program, need);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Gradus needs Node 20.19 or newer; this is ${process.version}. Please install a newer one (nodejs.org).`,
  );
  process.exit(1);
}

function installPackages() {
  const lock = join(ROOT, 'package-lock.json');
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing npm packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; see above. Without the packages nothing works.');
    process.exit(1);
  }
}

function provide(program, { packages, without }) {
  if (has(program)) return;
  const manager = MANAGERS.find(({ name }) => has(name));
  const prefix = privilege();
  const command = manager === undefined ? undefined : [manager.name, ...manager.install, ...packages].join(' ');
  if (manager === undefined || prefix === undefined) {
    console.log(`${program} is not installed: ${without}.`);
    console.log(`  To mend it: ${command === undefined ? `install the package ${packages[0]}` : `sudo ${command}`}`);
    return;
  }
  console.log(`Installing ${packages.join(', ')} (${command}) …`);
  const run = (args) => {
    const [file, ...rest] = [...prefix, manager.name, ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync(file, rest, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  };
  if (run([...manager.install, ...packages])) return;
  // The lists of a fresh machine are empty or old.
  if (manager.update !== undefined && run(manager.update) && run([...manager.install, ...packages])) return;
  console.log(`${packages[0]} could not be installed: ${without}.`);
}

/** What to put before a command to run it as root: nothing, sudo without a question, or undefined where neither goes. */
function privilege() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

function has(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp({ tests: process.argv.includes('--tests') });
