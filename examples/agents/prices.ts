/** Euros by item. */
const PRICES: Readonly<Record<string, number>> = { mug: 7, teapot: 23, kettle: 41, spoon: 3, tray: 17, jar: 9 };

/** The tool of both agents: the price of an item, in words. */
export function getPrice(item: string): string {
  const name = Object.keys(PRICES).find((known) => item.toLowerCase().includes(known));
  return name === undefined ? `There is no ${item}.` : `A ${name} costs ${PRICES[name]} euros.`;
}
