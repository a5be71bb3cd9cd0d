import { existsSync } from 'node:fs';

/** Sets the variables of an env file, if it is there. A variable that is set already keeps its value. */
export function readEnvFile(file: string): void {
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    process.stderr.write(
      `drpo: ${file}: expected a file of lines NAME=value that can be read, got ${String(Reflect.get(Object(error), 'code') ?? error)}\n`,
    );
    process.exit(2);
  }
}
