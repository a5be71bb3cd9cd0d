import { main } from './drpo.ts';

/** `npm start`: `optimize` on the embedded simulated models, or on real ones where a key or flags are given. */
const given = process.argv.slice(2);
const chosen = given.some((flag) => /^--(optimizer|config)/.test(flag)) || process.env['OPENAI_API_KEY'] !== undefined;
const models = given.some((flag) => /^--(optimizer|config)/.test(flag)) ? [] : ['--optimizer', chosen ? 'gpt-4o-mini' : 'simulated'];
if (!chosen) process.stderr.write('No OPENAI_API_KEY and no models given: this run uses simulated models. What it prints is no model’s result.\n');
await main([...process.argv.slice(0, 2), 'optimize', ...models, ...given]);
