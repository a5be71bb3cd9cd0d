/** A part of the page of keys, with the meaning of each key. `ROLE` and `[]` stand for a role and for an item of a list. */
export interface KeySection {
  title: string;
  text: string;
  keys: Readonly<Record<string, string>>;
}
