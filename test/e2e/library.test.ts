import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { root, run } from '../shared/cli.ts';

/** Prints the addresses of all modules that importing a module loads. */
const LIST_LOADED = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  await import(process.argv[1]);
  console.log(JSON.stringify(loaded));
`;

async function listLoaded(file: string): Promise<string[]> {
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', LIST_LOADED, join(root, file)];
  const { status, stdout, stderr } = await run(process.execPath, args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as string[];
}

const COMMAND_LINE_ONLY =
  /\/(?:commander|hono|@hono|@resvg|@langchain\/langgraph-sdk)\/|\/(?:cli|server|run\/remote)\/\w/;

it('importing the library loads nothing that only the command line needs', async () => {
  const loaded = await listLoaded('index.ts');
  expect(loaded.some((url) => url.endsWith('/run/optimize.ts'))).toBe(true);
  expect(loaded.filter((url) => COMMAND_LINE_ONLY.test(url.replace(root, '')))).toEqual([]);
});

it('the same list names what the command line loads', async () => {
  const loaded = (await listLoaded('cli/program.ts')).filter((url) => COMMAND_LINE_ONLY.test(url.replace(root, '')));
  expect(loaded.some((url) => url.includes('/commander/'))).toBe(true);
});
