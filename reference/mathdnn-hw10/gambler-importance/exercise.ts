import { defineExercise } from '../../../harness/model/exercise.ts';
import { gameChecks, sheetCheck } from './estimate-checks.ts';
import { edgesCheck, repeatableCheck } from './form-checks.ts';
import { MODULE } from './games.ts';

export default defineExercise({
  id: 'gambler-importance',
  assignment: 'mathdnn-hw10',
  title: "A gambler's rare win, by importance sampling",
  functions: {
    estimateWinProbability: {
      module: MODULE,
      signature: 'estimateWinProbability({ trials, p, q, maxPlays, start, target }, rng): { mean, standardError }',
    },
  },

  checks(seed) {
    return [...gameChecks(seed), sheetCheck(seed), edgesCheck(seed), repeatableCheck(seed)];
  },
});
