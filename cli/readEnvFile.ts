import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Sets the variables of an env file, if it is there. A variable that is set already keeps its value. */
export function readEnvFile(file: string, env: NodeJS.ProcessEnv = process.env): void {
  if (!existsSync(file)) return;
  try {
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))))
      env[name] ??= value;
  } catch (error) {
    const code = String(Reflect.get(Object(error), 'code') ?? error);
    process.stderr.write(`drpo: ${file}: expected a file that can be read, got ${code}; correct or move it\n`);
    process.exit(2);
  }
}
