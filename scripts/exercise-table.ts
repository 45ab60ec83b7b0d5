import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { loadExamples } from '../harness/examples.ts';

interface Planned {
  id: string;
  file: string;
  /** What the student writes, in a few words. */
  about: string;
}

/** Every exercise that Gradus is meant for; those with a folder under `reference/` are graded. */
const PLANNED: Record<string, { title: string; exercises: Planned[] }> = {
  'image-registration': {
    title: 'Image registration by mutual information',
    exercises: [
      { id: 'mine-loss', file: 'question1', about: 'critic network, sampling and the MINE loss' },
      { id: 'mine-registration', file: 'question1', about: 'registration of grey pictures' },
      { id: 'matrix-exp', file: 'question2', about: 'matrix exponential with its own backward rule' },
      { id: 'color-registration', file: 'question3', about: 'perspective sampling, registration of colour pictures' },
      { id: 'dv-optimum', file: 'question4', about: 'the Donsker–Varadhan bound and its optimum' },
    ],
  },
  'mathdnn-hw10': {
    title: 'Flows and gradient estimators',
    exercises: [
      { id: 'score-function', file: 'problem1', about: 'score-function gradient' },
      { id: 'segment-projection', file: 'problem2', about: 'projection onto a segment' },
      { id: 'nice-inpainting', file: 'problem3', about: 'NICE: couplings, likelihood, inpainting' },
      { id: 'flow-logdet', file: 'problem4', about: 'log-determinants of 1×1 convolutions' },
      { id: 'gambler-importance', file: 'problem5', about: 'importance sampling of a rare win' },
      { id: 'reparam-sgd', file: 'problem6', about: 'score against pathwise gradients' },
    ],
  },
  'ece792-hw3': {
    title: 'Back-propagation by hand, autoencoders, VAE',
    exercises: [
      { id: 'cnn-backprop', file: 'question1', about: 'gradients of a small CNN by hand' },
      { id: 'tied-autoencoder', file: 'question2', about: 'autoencoder with tied weights' },
      { id: 'gaussian-kl', file: 'question3', about: 'KL divergence of two Gaussians' },
      { id: 'vae-faces', file: 'question4', about: 'variational autoencoder for faces' },
    ],
  },
  'cv1-abp': {
    title: 'Alternating back-propagation',
    exercises: [
      { id: 'abp-langevin', file: 'abp', about: 'Langevin inference of latents' },
      { id: 'abp-training', file: 'abp', about: 'training of the generator' },
    ],
  },
  'tub-sheet10': {
    title: 'Mixture density networks, conditional RBM, inpainting',
    exercises: [
      { id: 'mdn-gradients', file: 'exercise1', about: 'error and gradients of a mixture density network' },
      { id: 'crbm', file: 'exercise2', about: 'conditional restricted Boltzmann machine' },
      { id: 'pca-inpainting', file: 'exercise3', about: 'inpainting by principal components' },
      { id: 'energy-inpainting', file: 'exercise3', about: 'energy-based inpainting' },
    ],
  },
};

/** The table of exercises in Markdown: what there is of each, from the catalogue itself. */
export async function exerciseTable(): Promise<string> {
  const catalogue = await loadCatalogue();
  const lines = [
    '| assignment | exercise | file | what is written | graded | checks | example programs |',
    '| --- | --- | --- | --- | --- | ---: | ---: |',
  ];
  for (const [assignment, { exercises }] of Object.entries(PLANNED)) {
    for (const { id, file, about } of exercises) {
      const entry = catalogue.find(({ exercise }) => exercise.id === id);
      const state = entry === undefined ? 'not yet | | ' : await stateOf(entry);
      lines.push(`| ${assignment} | \`${id}\` | \`${file}.ts\` | ${about} | ${state} |`);
    }
  }
  const planned = new Set(Object.values(PLANNED).flatMap(({ exercises }) => exercises.map(({ id }) => id)));
  for (const entry of catalogue.filter(({ exercise }) => !planned.has(exercise.id))) {
    const { id, assignment, title, functions } = entry.exercise;
    const file = Object.values(functions)[0]!.module;
    lines.push(`| ${assignment} | \`${id}\` | \`${file}.ts\` | ${title} | ${await stateOf(entry)} |`);
  }
  return lines.join('\n');
}

async function stateOf(entry: CatalogueEntry): Promise<string> {
  const examples = await loadExamples(entry);
  const right = examples.filter(({ kind }) => kind === 'right').length;
  return `**graded** | ${entry.exercise.checks(1).length} | ${right} right, ${examples.length - right} wrong`;
}
