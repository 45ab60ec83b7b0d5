// Preloaded into the command line: writes down every program that it starts.
const { appendFileSync } = require('node:fs');
const child = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');
const file = process.env.GRADUS_SPAWN_LOG;
const log = (program) => appendFileSync(file, `${program}\n`);
const { spawn } = child.ChildProcess.prototype;
child.ChildProcess.prototype.spawn = function (options) {
  log(options.file);
  return spawn.call(this, options);
};
for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
  const original = child[name];
  child[name] = (program, ...rest) => {
    log(program);
    return original(program, ...rest);
  };
}
syncBuiltinESMExports();
