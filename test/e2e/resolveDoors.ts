import packageJson from '../../package.json' with { type: 'json' };

/** Subpath → the file of its door, without an ending. */
export const doors: ReadonlyMap<string, string> = new Map(
  Object.entries(packageJson.exports).flatMap(([name, target]) =>
    typeof target === 'string'
      ? []
      : [[name.slice(2), target.default.replace('./dist/', '').replace('.js', '')] as const],
  ),
);

/** The same code with the sources of the doors instead of the installed package, for a file in a folder of this one. */
export const resolveDoors = (code: string): string =>
  code.replace(
    /from 'drpo(?:\/(\w+))?'/g,
    (_, subpath: string = '') => `from '../../../${doors.get(subpath) ?? subpath}.ts'`,
  );
