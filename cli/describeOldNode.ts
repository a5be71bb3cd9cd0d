/** The first version of Node that has what drpo uses, as package.json says. */
const [MAJOR, MINOR] = [22, 18];

/** Says which Node is needed if this one is too old; undefined if it is not. Imports nothing, because an old Node may not load it. */
export function describeOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return undefined;
  return `expected Node ${MAJOR}.${MINOR} or newer, got ${version}; install it from https://nodejs.org, or run: npm install node@24`;
}
