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
  environment: (plan) => {
    const own = JSON.stringify(process.env).includes(plan.mark);
    const first = fs.existsSync('/proc/1/environ') && refusal(() => fs.readFileSync('/proc/1/environ')) === null;
    return own || (first && fs.readFileSync('/proc/1/environ', 'latin1').includes(plan.mark)) ? null : 'empty';
  },
  fork: () =>
    refusal(() => {
      const { error } = spawnSync(process.execPath, ['--version']);
      if (error) throw error;
    }),
  fill: (plan) =>
    refusal(() => {
      for (let mb = 0; mb < plan.tmpMb; mb++) fs.writeFileSync(`/tmp/fill${mb}`, Buffer.alloc(1 << 20));
    }),
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
