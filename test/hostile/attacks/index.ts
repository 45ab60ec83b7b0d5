import type { Attack, Family } from '../attack.ts';
import { archives } from './archives.ts';
import { channel } from './channel.ts';
import { files } from './files.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import { report } from './report.ts';
import { sources } from './sources.ts';
import { time } from './time.ts';
import { worker } from './worker.ts';

export interface Member extends Attack {
  family: Family;
  id: string;
}

const BY_FAMILY: Record<Family, Attack[]> = {
  ...{ time, memory, processes, files, network, channel, worker, report, archives, sources },
};

/** Every attack with the id that it is handed in under. */
export const ATTACKS: Member[] = Object.entries(BY_FAMILY).flatMap(([family, attacks]) =>
  attacks.map((attack) => ({ ...attack, family: family as Family, id: attack.id ?? `${family}-${attack.name}` })),
);
