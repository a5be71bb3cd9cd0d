/** The value at a path of keys, such as "judge.scoring"; undefined if there is none. */
export const readPath = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
