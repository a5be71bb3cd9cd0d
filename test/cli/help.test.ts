import { expect, it } from '@jest/globals';
import { createProgram } from '../../cli/program.ts';

const commands = createProgram().commands.map((command) => {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return { name: command.name(), description: command.description(), help };
});

it.each(commands)('the help of $name starts with a verb and has an example', ({ name, description, help }) => {
  expect(description).toMatch(/^[a-z]+s[ ,]/);
  expect(help).toMatch(new RegExp(`^Example: drpo ${name} `, 'm'));
});
