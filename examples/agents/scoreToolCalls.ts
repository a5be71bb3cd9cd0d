import type { CheckedResponse } from '../../nodes/index.ts'; // 'drpo/nodes' once installed

/** Half for the right call of the tool, half for the right sum. `expected`: "mug 21", the item and the sum. */
export default function scoreToolCalls({ response, toolCalls = [], expected = '' }: CheckedResponse) {
  const [item = '', sum = ''] = expected.split(' ');
  const isCalled = toolCalls.some(({ name, args }) => name === 'price' && JSON.stringify(args).includes(item));
  const isRight = new RegExp(`\\b${sum}\\b`).test(response);
  const remark = `${isCalled ? 'it looked the price up' : `it did not look up the price of ${item} with the tool`}; the sum is ${isRight ? 'right' : `not ${sum}`}`;
  return { score: (Number(isCalled) + Number(isRight)) / 2, remark };
}
