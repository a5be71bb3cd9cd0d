import { Option } from 'commander';
import { createWholeNumberParser } from './configFlags.ts';

/** `--watch [PORT]`: the page of the run while it goes on; without a port on a free one. */
export const createWatchOption = (): Option =>
  new Option('--watch [port]', 'shows the run while it goes on, on a page of this machine’s own (default: a free port)')
    .argParser(createWholeNumberParser('watch', 0))
    .preset('0');
