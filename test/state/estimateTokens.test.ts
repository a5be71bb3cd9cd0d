import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { expect, it } from '@jest/globals';
import { estimatePromptTokens } from '../../models/estimatePromptTokens.ts';
import { estimateTokens } from '../../state/estimateTokens.ts';

it.each([
  // as Qwen 2.5 counts them
  ['words', 'word '.repeat(60), 61],
  ['short words', 'a '.repeat(60), 61],
  ['numbers', Array.from({ length: 60 }, (_, i) => i * 37).join(' '), 267],
  [
    'markdown',
    '- **Keep** it short.\n- *Use* `code`.\n\n## Heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n'.repeat(4),
    136,
  ],
  [
    'Chinese',
    '北京是中华人民共和国的首都，也是中国的政治、文化和国际交流中心。这座城市拥有三千多年的历史，是世界上著名的古都之一。'.repeat(
      3,
    ),
    87,
  ],
  ['Korean', '서울은 대한민국의 수도이자 최대 도시이다. 한강을 끼고 있으며 오랜 역사를 가지고 있다.', 31],
  [
    'Russian',
    'Москва — столица России, город федерального значения, административный центр Центрального федерального округа и центр Московской области.',
    34,
  ],
])('tokens of %s are estimated within a factor of 1.7', (_, text, tokens) => {
  const factor = estimateTokens(text) / tokens;
  expect(factor).toBeGreaterThan(1 / 1.7);
  expect(factor).toBeLessThan(1.7);
});

it('no text has no tokens, and each message of a prompt counts', () => {
  expect(estimateTokens(' ')).toBe(0);
  expect(estimatePromptTokens({ messages: [new SystemMessage('Be kind.'), new HumanMessage('Hi there')] })).toBe(5);
  expect(estimatePromptTokens({ texts: ['one two', 'three'] })).toBe(3);
});
