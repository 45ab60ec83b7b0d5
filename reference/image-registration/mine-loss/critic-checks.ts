import { gradientChecks, withPoint } from '../../../harness/checks/gradient.ts';
import { valuesCheck } from '../../../harness/checks/values.ts';
import type { Call, Path } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { type CriticInput, criticInputs } from './inputs.ts';
import { type CriticParams, PARAM_NAMES } from './truth.ts';

/** The parameters as an argument: a plain record. */
export const asArgument = (params: CriticParams): { [name: string]: CriticParams['w1'] } => ({ ...params });

export const PARAM_PATHS: Path[] = PARAM_NAMES.map((name) => [0, name]);
export const paramPoint = (params: CriticParams) => PARAM_NAMES.map((name) => ({ name, value: params[name] }));

export function criticCall(module: string, { params, x }: Pick<CriticInput, 'params' | 'x'>): Call {
  return { module, fn: 'mineCritic', args: [asArgument(params), x] };
}

/** Values and gradient of the critic at `d` columns: `values-mineCritic`, `gradient-own-…`, `gradient-reference-mineCritic`. */
export function criticChecks(module: string, seed: number, d: number): Check[] {
  const inputs = criticInputs(seed, d);
  const values = valuesCheck({
    id: 'values-mineCritic',
    title: 'T(x): dense, ELU, dense, ELU, dense',
    function: 'mineCritic',
    cases: inputs.map((input) => ({ id: input.id, title: input.title, call: criticCall(module, input) })),
  });
  const gradients = gradientChecks({
    seed,
    own: { id: 'gradient-own-mineCritic', title: 'The gradient of T fits your own forward function' },
    reference: { id: 'gradient-reference-mineCritic', title: "The gradient of T agrees with the reference's" },
    function: 'mineCritic',
    cases: inputs.map((input) => {
      const call = criticCall(module, input);
      return {
        id: input.id,
        title: input.title,
        point: paramPoint(input.params),
        forward: (point) => ({ ...call, args: withPoint(call.args, PARAM_PATHS, point) }),
        cotangent: derive(seed, `mine/cotangent/${input.id}/${d}`).normals([input.x.shape[0]!, 1]),
        analytic: { wrt: PARAM_PATHS },
      };
    }),
  });
  return [values, ...gradients];
}
