import { formatValue, UserError } from './userError.ts';

/** Makes checks of a row of IFEval's file: its `instruction_id_list`, and the `kwargs` of each instruction. @throws UserError */
export function toInstructionChecks(ids: unknown, kwargs: unknown, place: string): unknown[] {
  if (!Array.isArray(ids))
    throw new UserError(`${place}: expected instruction_id_list as a list, got ${formatValue(ids)}`);
  if (!Array.isArray(kwargs) || kwargs.length !== ids.length)
    throw new UserError(
      `${place}: expected kwargs as a list with an object for each of the ${ids.length} instructions, got ${formatValue(kwargs)}`,
    );
  return ids.map((instruction: unknown, i) => {
    const given = Object.entries(Object(kwargs[i])).filter(([, value]) => value !== null);
    return { type: 'ifeval', instruction, ...(given.length > 0 && { kwargs: Object.fromEntries(given) }) };
  });
}
