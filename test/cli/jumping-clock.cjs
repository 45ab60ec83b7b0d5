// To be loaded before a program: its wall clock jumps forwards and backwards by a day whenever it is read.
const RealDate = Date;
let reads = 0;
const now = () => RealDate.now() + (reads++ % 2 === 0 ? 1 : -1) * 86_400_000;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};
