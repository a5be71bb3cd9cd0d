/** Whether a list holds a name, perhaps with the prefix, the tag or the path of the weights that some servers add. */
export function isListed(name: string, listed: readonly string[]): boolean {
  const normalize = (text: string): string =>
    text
      .toLowerCase()
      .replace(/^models\//, '')
      .replace(/:latest$/, '')
      .replace(/^.*[\\/](?=[^\\/]+\.gguf$)/, '');
  const own = normalize(name);
  return listed.map(normalize).some((other) => own === other || own.startsWith(`${other}:`));
}
