import type { PublishedFigures } from './experimentSchema.ts';

const ATTRIBUTION =
  'Published by the authors of DRPO (Singla et al., EMNLP 2024, poster), on their models, with their judge; not ours';

/** The authors' figures: just-eval's average of five aspects, 1 to 5. They are shown on demand, apart from drpo's own. */
export const PUBLISHED_FIGURES: Readonly<
  Record<'main' | 'transfer' | 'rewards' | 'ablation' | 'search', PublishedFigures>
> = {
  main: {
    whose: ATTRIBUTION,
    head: ['model', 'Base', 'URIAL', 'DRPO'],
    rows: [
      ['Mistral 7b', '2.10', '3.56', '4.06'],
      ['Mistral 7b Instruct', '3.66', '3.78', '4.06'],
      ['Llama 2 70b (4 bit)', '2.02', '3.97', '4.23'],
      ['Llama 2 70b chat (4 bit)', '4.07', '4.17', '4.36'],
      ['Llama 3 8b', '1.83', '3.78', '3.88'],
      ['Llama 3 8b Instruct', '4.07', '4.26', '4.40'],
      ['gpt-3.5-turbo', '4.14', '4.21', '4.55'],
      ['gpt-4-0613', '4.24', '–', '–'],
    ],
  },
  transfer: {
    whose: ATTRIBUTION,
    head: ['model', 'Mistral prompt', 'Llama prompt', 'base prompt'],
    rows: [
      ['Mistral 7b', '4.06', '4.03', '4.04'],
      ['Llama 2 70b (4 bit)', '4.19', '4.23', '4.17'],
    ],
  },
  rewards: {
    whose: ATTRIBUTION,
    head: ['Mistral 7b Instruct: prompt, examples', 'average'],
    rows: [
      ['dynamic, dynamic', '4.06'],
      ['static, dynamic', '4.02'],
      ['dynamic, static', '3.86'],
    ],
  },
  ablation: {
    whose: ATTRIBUTION,
    head: ['model', 'prompt and examples', 'examples alone', 'prompt alone'],
    rows: [
      ['Mistral 7b', '4.06', '4.04', '–'],
      ['Mistral 7b Instruct', '4.06', '4.04', '3.67'],
      ['Llama 2 70b (4 bit)', '4.23', '4.17', '3.63'],
      ['gpt-3.5-turbo', '4.55', '4.42', '4.34'],
    ],
  },
  search: {
    whose: ATTRIBUTION,
    head: ['Mistral 7b Instruct', 'average'],
    rows: [['beam', '4.06']],
  },
};
