import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { askAnswers } from '../../../cli/init/askAnswers.ts';
import { openTerminal, QuestionsEndedError } from '../../../cli/init/openTerminal.ts';

/** Answers questions in their order; `asked` collects them. */
function createPerson(...answers: string[]) {
  const asked: string[] = [];
  const ask = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(answers[asked.length - 1] ?? '');
  };
  return { ask, asked };
}

it('empty answers take the defaults', async () => {
  const { ask, asked } = createPerson();
  expect(await askAnswers({}, ask)).toEqual({ task: undefined, prompt: undefined });
  expect(asked).toHaveLength(4);
});

it('what flags gave is not asked', async () => {
  const { ask, asked } = createPerson('m@http://127.0.0.1:1/v1', '1,3');
  expect(await askAnswers({ task: 'Shop.', prompt: 'Be kind.' }, ask)).toEqual({
    task: 'Shop.',
    prompt: 'Be kind.',
    optimizer: 'm@http://127.0.0.1:1/v1',
    scores: ['criteria', 'checks'],
  });
  expect(asked).toHaveLength(2);
});

it('an answer that does not fit is asked for again, with what was expected', async () => {
  const { ask, asked } = createPerson('no-such-file.txt', 'Be kind.', 'chekcs', 'checks');
  expect(await askAnswers({ task: 'Shop.', optimizer: 'simulated' }, ask)).toMatchObject({
    prompt: 'Be kind.',
    scores: ['checks'],
  });
  expect(asked[1]).toContain('a readable file, got "no-such-file.txt"');
  expect(asked[3]).toContain('Did you mean checks?');
});

describe('a terminal', () => {
  it('gives the line that was typed', async () => {
    const input = new PassThrough();
    const { ask, close } = openTerminal(input, new PassThrough());
    const answer = ask('What? ');
    input.write('a: "b" # c 🙂\r');
    expect(await answer).toBe('a: "b" # c 🙂');
    close();
  });

  it.each([
    { name: 'Ctrl-C', end: (input: PassThrough) => input.write('\u0003') },
    { name: 'Ctrl-D', end: (input: PassThrough) => input.write('\u0004') },
    { name: 'the end of its input', end: (input: PassThrough) => input.end() },
  ])('that gets $name ends the question and those after it', async ({ end }) => {
    const input = new PassThrough();
    const { ask } = openTerminal(input, new PassThrough());
    const answer = ask('What? ');
    end(input);
    await expect(answer).rejects.toThrow(QuestionsEndedError);
    await expect(ask('And? ')).rejects.toThrow(QuestionsEndedError);
  });
});
