import { FrameKind } from '../harness/sandbox/protocol/frame.ts';
import { type Benchmark, median, quantile } from './measure.ts';
import { withPool } from './setting.ts';

const ROUNDS = 2000;

export const roundTrip: Benchmark = {
  id: 'round-trip',
  title: 'Empty round trip on descriptor 3',
  method: `A request without content and its reply, ${ROUNDS} times one after the other, to a sandboxed worker.`,
  run: () =>
    withPool(0, async (pool) => {
      const worker = await pool.take('float64');
      const times: number[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        const started = performance.now();
        await worker.request(FrameKind.ping, null, 10_000);
        times.push(1000 * (performance.now() - started));
      }
      await worker.kill();
      const micro = (value: number): string => `${value.toFixed(0)} µs`;
      return [
        { name: 'median', value: micro(median(times)) },
        { name: '95 % of them below', value: micro(quantile(times, 0.95)) },
      ];
    }),
};
