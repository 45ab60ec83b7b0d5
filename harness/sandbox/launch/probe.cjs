'use strict';
// Tries to leave the sandbox it runs in. The plan comes on descriptor 3 as one line of JSON, one line of JSON goes back.
// An attempt answers with what refused it; one that succeeds answers `null`.
const fs = require('node:fs');
const net = require('node:net');
const dgram = require('node:dgram');
const { spawnSync } = require('node:child_process');
const { Worker } = require('node:worker_threads');

/** @returns what refused it, or null if nothing did. */
function refusal(attempt) {
  try {
    attempt();
    return null;
  } catch (error) {
    return error.code ?? String(error);
  }
}

const soon = (attempt) => new Promise((resolve) => attempt(resolve, (error) => resolve(error.code ?? String(error))));

/** Set by the launcher itself. */
const HARMLESS = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'PWD', 'OPENSSL_CONF'];

const ATTEMPTS = {
  read: (plan) => refusal(() => fs.readFileSync(plan.secret)),
  list: (plan) => refusal(() => fs.readdirSync(plan.folder)),
  write: (plan) => plan.targets.map((target) => refusal(() => fs.writeFileSync(target, 'x', { flag: 'a' }))),
  connect: (plan) =>
    soon((done, refused) => {
      const socket = net.connect({ host: '127.0.0.1', port: plan.port }, () => done(null));
      socket.once('error', refused);
    }),
  datagram: () =>
    soon((done, refused) => {
      const socket = dgram.createSocket('udp4');
      socket.once('error', refused);
      socket.bind(0, '127.0.0.1', () => done(null));
    }),
  signal: (plan) => refusal(() => process.kill(plan.pid, 0)),
  see: (plan) => refusal(() => fs.readFileSync(`/proc/${plan.pid}/cmdline`)),
  environment: () => {
    const first = refusal(() => fs.readFileSync('/proc/1/environ')) ? '' : fs.readFileSync('/proc/1/environ', 'latin1');
    const names = [...Object.keys(process.env), ...first.split('\0').map((line) => line.split('=')[0])];
    return names.some((name) => name && !HARMLESS.includes(name)) ? null : 'empty';
  },
  fork: () =>
    refusal(() => {
      const { error } = spawnSync(process.execPath, ['--version']);
      if (error) throw error;
    }),
  fill: (plan) => {
    const folder = fs.mkdtempSync(`${process.env.TMPDIR ?? '/tmp'}/fill-`);
    const refused = refusal(() => {
      for (let mb = 0; mb < plan.tmpMb; mb++) fs.writeFileSync(`${folder}/${mb}`, Buffer.alloc(1 << 20));
    });
    fs.rmSync(folder, { recursive: true });
    return refused;
  },
  threads: async (plan) => {
    for (let i = 0; i < plan.threads; i++) {
      const refused = await soon((done, failed) => {
        const worker = new Worker('setInterval(() => {}, 1e6)', { eval: true });
        worker.once('online', () => done(null));
        worker.once('error', failed);
      });
      if (refused) return refused;
    }
    return null;
  },
  memory: (plan) => {
    const held = [];
    return refusal(() => {
      for (let mb = 0; mb < plan.memoryMb; mb += 16) held.push(Buffer.alloc(16 << 20, 1));
    });
  },
};

async function main() {
  const bytes = Buffer.alloc(65536);
  const plan = JSON.parse(bytes.toString('utf8', 0, fs.readSync(3, bytes)));
  const answers = {};
  for (const name of plan.attempts) answers[name] = await ATTEMPTS[name](plan);
  fs.writeSync(3, `${JSON.stringify(answers)}\n`);
  process.exit(0);
}

main();
