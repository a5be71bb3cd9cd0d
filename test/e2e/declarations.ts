import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A name in the file that declares it. */
export interface Declared {
  file: string;
  name: string;
}

interface DeclarationFile {
  /** Local name → where it is declared. Names of other packages are left out. */
  imports: Map<string, Declared>;
  /** Exported name → where it is declared. */
  exports: Map<string, Declared>;
  /** Local name → the text of its declarations, without comments. */
  declarations: Map<string, string>;
}

/** Reads the `.d.ts` files that tsc writes, and finds what a door exports and which types its signatures name. */
export class Declarations {
  readonly #files = new Map<string, DeclarationFile>();

  /** What a file exports, each under its public name. */
  listExports(file: string): Map<string, Declared> {
    return this.#read(file).exports;
  }

  /** The types of this package that a declaration names. */
  listNamedTypes({ file, name }: Declared): Declared[] {
    const { imports, declarations } = this.#read(file);
    const text = declarations.get(name) ?? '';
    const inline = [...text.matchAll(/import\("(\.[^"]+)"\)\.(\w+)/g)].map(([, path = '', target = '']) =>
      this.#resolve(file, path, target),
    );
    // `(typeof LIST)[number]` and `z.infer<typeof Schema>` name a constant, which has no type of its own
    const plain = text.replace(
      /import\("[^"]+"\)(\.\w+)+|\(typeof \w+\)\[number\]|z\.\w+<typeof \w+>|"[^"]*"|'[^']*'/g,
      "''",
    );
    // a property, a parameter or a member has the form `name:` or `name?:`; a type does not
    const words = new Set([...plain.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*(?!\??:|[\w$])/g)].map(([word]) => word));
    const local = [...words].flatMap((word) => {
      if (word === name) return [];
      return imports.get(word) ?? (declarations.has(word) ? [{ file, name: word }] : []);
    });
    return [...local, ...inline];
  }

  /** All files of this package that a file reaches by imports. */
  listReached(file: string, reached = new Set<string>()): Set<string> {
    if (reached.has(file)) return reached;
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from |import\()["'](\.[^"']+)["']/g))
      this.listReached(toDeclarationPath(file, path), reached);
    return reached;
  }

  #read(file: string): DeclarationFile {
    const known = this.#files.get(file);
    if (known) return known;
    const parsed: DeclarationFile = { imports: new Map(), exports: new Map(), declarations: new Map() };
    this.#files.set(file, parsed);
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const statement of text.split(/^(?=import |export |declare |type |interface |class |const )/m))
      this.#readStatement(file, statement.trim(), parsed);
    return parsed;
  }

  #readStatement(file: string, statement: string, parsed: DeclarationFile): void {
    const [, path] = /from ["'](\.[^"']+)["'];?$/.exec(statement) ?? [];
    const names = [...(/\{([\s\S]*?)\}/.exec(statement)?.[1] ?? '').matchAll(/(?:type )?([\w$]+)(?: as ([\w$]+))?/g)];
    if (statement.startsWith('import ') && path !== undefined)
      for (const [, name = '', alias = name] of names) parsed.imports.set(alias, this.#resolve(file, path, name));
    else if (/^export (?:type )?\*/.test(statement) && path !== undefined)
      for (const [name, at] of this.listExports(toDeclarationPath(file, path))) parsed.exports.set(name, at);
    else if (/^export (?:type )?\{/.test(statement))
      for (const [, name = '', alias = name] of names)
        parsed.exports.set(alias, path === undefined ? { file, name } : this.#resolve(file, path, name));
    else this.#readDeclaration(file, statement, parsed);
  }

  #readDeclaration(file: string, statement: string, { exports, declarations }: DeclarationFile): void {
    const [, isExported, name] =
      /^(export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function) ([\w$]+)/.exec(statement) ?? [];
    if (name === undefined) return;
    declarations.set(name, `${declarations.get(name) ?? ''}\n${statement}`);
    if (isExported) exports.set(name, { file, name });
  }

  #resolve(file: string, path: string, name: string): Declared {
    const target = toDeclarationPath(file, path);
    return this.listExports(target).get(name) ?? { file: target, name };
  }
}

function toDeclarationPath(from: string, path: string): string {
  const file = join(dirname(from), path.replace(/\.[jt]s$/, '.d.ts'));
  if (!existsSync(file)) throw new Error(`${from}: no declarations of ${path}`);
  return file;
}
