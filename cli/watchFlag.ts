import { Option } from 'commander';
import { wholeNumber } from '../evals/experiments/options.ts';

/** `--watch [PORT]`: the page of the run while it goes on; without a port on a free one. */
export const watchOption = (): Option =>
  new Option('--watch [port]', 'shows the run while it goes on, on a page of this machine’s own (default: a free port)')
    .argParser(wholeNumber('watch', 0))
    .preset('0');
