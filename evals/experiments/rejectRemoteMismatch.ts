import type { Config } from '../../run/config/loadConfig.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import type { RemoteServer } from '../../run/remote/connectServer.ts';
import { listRemoteFaults } from '../../run/remote/searchRemote.ts';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';

/** Checks that the server can search every row as its config says. @throws UserError with a line per fault */
export function rejectRemoteMismatch(
  server: RemoteServer,
  { rows }: Experiment,
  resolveConfig: (row: ExperimentRow) => Config,
): void {
  const searched = rows.filter((row) => row.method === 'drpo' && row.prompt === undefined);
  const faults = searched.flatMap((row) =>
    [
      ...listRemoteFaults(server, resolveConfig(row)),
      ...(row.nodes === undefined
        ? []
        : [`nodes: expected none with --remote, since the server has its own, got ${formatValue(row.nodes)}`]),
    ].map((fault) => `row "${row.name}": ${fault}`),
  );
  if (faults.length) throw new UserError(faults);
}
