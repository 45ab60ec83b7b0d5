import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import * as path from 'node:path';
import { ROOT } from '../../harness/root.ts';

/** Things that nobody may read, reach or change, made so that the file system alone would allow all of it. */
export class Surroundings {
  readonly base = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  readonly classFolder = this.#folder('class');
  readonly out = path.join(this.base, 'out');
  /** Of a user who has none. */
  readonly home = path.join(this.base, 'home');
  /** For temporary files of the grader, and of nobody else. */
  readonly tmp = this.#folder('tmp');
  readonly secrets = this.#folder('secrets');
  readonly secretFile = path.join(this.secrets, 'secret');
  /** In names of whatever is left behind. */
  readonly token = `left${randomBytes(6).toString('hex')}`;
  /** In what must not be read: a file of the host, the environment, a neighbour's program. */
  readonly host = `host-${randomBytes(12).toString('hex')}`;
  readonly environment = `environment-${randomBytes(12).toString('hex')}`;
  readonly neighbour = `neighbour-${randomBytes(12).toString('hex')}`;
  readonly #servers: Server[] = [];
  readonly #reached: string[] = [];
  readonly #mounts = mounts();
  #port = 0;
  #before = '';

  #folder(name: string): string {
    const folder = path.join(this.base, name);
    chmodSync(this.base, 0o755);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    return folder;
  }

  /** `uid`: of the user who grades, where that is another than who runs this. */
  async open(uid?: number): Promise<void> {
    if (uid !== undefined) {
      for (const folder of [this.home, this.out]) {
        mkdirSync(folder);
        chownSync(folder, uid, uid);
      }
    }
    // What tsx has compiled of the grader is kept among temporary files; to do it anew takes seconds each time.
    const compiled = `tsx-${process.getuid?.() ?? 0}`;
    if (existsSync(path.join(tmpdir(), compiled)))
      symlinkSync(path.join(tmpdir(), compiled), path.join(this.tmp, compiled));
    writeFileSync(this.secretFile, this.host);
    chmodSync(this.secretFile, 0o666);
    await this.#serve('tcp', { host: '127.0.0.1', port: 0 });
    this.#port = (this.#servers[0]!.address() as AddressInfo).port;
    await this.#serve('unix', { path: path.join(this.secrets, 'socket') });
    chmodSync(path.join(this.secrets, 'socket'), 0o777);
    // Not every Node has them.
    await this.#serve('abstract', { path: `\0${this.token}` }).catch(() => {});
  }

  #serve(name: string, where: { host: string; port: number } | { path: string }): Promise<void> {
    const server = createServer((socket) => {
      this.#reached.push(name);
      socket.destroy();
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, resolve);
    });
  }

  /** What stands for these in programs: `%SECRET%` and so on. */
  placeholders(id: string): Record<string, string> {
    return {
      ...{ ID: id, TOKEN: this.token, SECRET: this.secretFile, SECRETS: this.secrets, CLASS: this.classFolder },
      ...{ OUT: this.out, ROOT, PID: String(process.pid), PORT: String(this.#port) },
    };
  }

  /** To be called when the class is written and nothing runs yet. */
  remember(): void {
    this.#before = digest(this.classFolder) + digest(this.secrets);
  }

  /** What was read, reached or changed although it must not be. `said`: all that came out for a reader, by name. */
  escapes(said: ReadonlyMap<string, string>): string[] {
    const found = this.#reached.map((name) => `the server (${name}) was reached`);
    if (digest(this.classFolder) + digest(this.secrets) !== this.#before) found.push('a file of the host was changed');
    for (const [name, text] of said) {
      for (const [what, secret] of Object.entries({
        host: this.host,
        environment: this.environment,
        neighbour: this.neighbour,
      })) {
        if (text.includes(secret)) found.push(`${name} knows a secret (${what})`);
      }
    }
    return found;
  }

  /** What is still there after a run of the process `pid`, beside processes. */
  leftBehind(pid: number): string[] {
    const places = [
      '/',
      '/tmp',
      '/var/tmp',
      '/dev/shm',
      '/usr',
      '/usr/lib',
      '/usr/bin',
      '/etc',
      '/root',
      '/home',
      '/work',
      homedir(),
      tmpdir(),
    ];
    const named = [...new Set([...places, ROOT, path.dirname(ROOT), this.classFolder, this.secrets])].flatMap((place) =>
      names(place)
        .filter((name) => name.includes(this.token))
        .map((name) => `file ${path.join(place, name)}`),
    );
    // tsx keeps what it compiled of the grader itself for the next start.
    const temporary = names(this.tmp)
      .filter((name) => !name.startsWith('tsx-'))
      .map((name) => `temporary file ${name}`);
    const sockets = readIfThere('/proc/net/unix')
      .split('\n')
      .filter((line) => line.includes(`${this.token}-`))
      .map((line) => `socket ${line}`);
    const cgroups = cgroupFolders()
      .filter((folder) => path.basename(folder).startsWith(`gradus-${pid}-`))
      .map((folder) => `cgroup ${folder}`);
    const changed = mounts() === this.#mounts ? [] : ['the mounts of the machine have changed'];
    const unfinished = existsSync(this.out)
      ? readdirSync(this.out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tmp$|gradus-lock/.test(name))
      : [];
    return [...named, ...temporary, ...sockets, ...cgroups, ...changed, ...unfinished];
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    await rm(this.base, { recursive: true, force: true });
  }
}

function mounts(): string {
  return readIfThere('/proc/self/mountinfo');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function cgroupFolders(): string[] {
  const points = mounts()
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
  return points.flatMap((point) => {
    try {
      return readdirSync(point, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => path.join(entry.parentPath, entry.name));
    } catch {
      return [];
    }
  });
}

/** Over names, kinds, modes and contents. */
function digest(folder: string): string {
  const hash = createHash('sha256');
  const visit = (place: string): void => {
    for (const name of readdirSync(place, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const inner = Buffer.concat([Buffer.from(`${place}/`), name]);
      const stat = lstatSync(inner);
      hash.update(inner).update(String(stat.mode));
      if (stat.isDirectory()) visit(inner.toString());
      else if (stat.isFile()) hash.update(readFileSync(inner));
      else if (stat.isSymbolicLink()) hash.update(readlinkSync(inner));
    }
  };
  visit(folder);
  return hash.digest('hex');
}
