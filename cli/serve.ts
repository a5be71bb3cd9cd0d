import type { Command } from 'commander';
import { createWholeNumberParser } from './runFlags.ts';
import { toPrintable } from '../run/progress.ts';
import { watchStopSignals } from '../run/stopRun.ts';
import type { ServeFlags } from '../server/openai/startChatServer.ts';

/** Adds `serve`: an OpenAI-compatible endpoint that answers with a run's prompt and retrieved examples. */
export function addServeCommand(root: Command): void {
  root
    .command('serve')
    .description('serves an OpenAI-compatible endpoint that adds a run’s prompt and retrieved examples to each request')
    .requiredOption('--run <dir>', 'the run’s folder')
    .option('--base <model>', 'who answers: MODEL[@BASEURL] or "simulated" (default: the run’s base model)')
    .option('--key-env <name>', 'the environment variable with the key of --base')
    .option('--port <n>', 'the port; 0 takes a free one', createWholeNumberParser('port', 0), 8484)
    .option('--host <host>', 'the address to listen on; any but loopback needs --token-env', '127.0.0.1')
    .option('--token-env <name>', 'the environment variable with the token that clients must send as their API key')
    .option('--max-request-mb <n>', 'the largest request in megabytes', createWholeNumberParser('max-request-mb', 1), 4)
    .option('--json', 'print the address as one JSON object on stdout', false)
    .option('--quiet', 'print no line for each request', false)
    .addHelpText('after', '\nExample: drpo serve --run runs/mine --port 8484')
    .action(async (flags: ServeFlags & { json: boolean; quiet: boolean }) => {
      const log = (line: string): void => void process.stderr.write(`${toPrintable(line)}\n`);
      const { startChatServer } = await import('../server/openai/startChatServer.ts'); // no other command needs a server
      const { url, model, close } = await startChatServer(flags, process.env, flags.quiet ? undefined : log);
      const address = { url, model, run: flags.run };
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(address)}\n`
          : `Serving ${flags.run} at ${url} (base model ${model}). Stop it with Ctrl-C.\n`,
      );
      await waitForSignal();
      await close();
    });
}

/** Resolves at the first signal that stops a server, such as Ctrl-C. The second ends the process at once. */
async function waitForSignal(): Promise<void> {
  let isStopping = false;
  await new Promise<void>((stop) => {
    watchStopSignals(() => {
      if (isStopping) process.exit(130);
      isStopping = true;
      stop();
    });
  });
}
