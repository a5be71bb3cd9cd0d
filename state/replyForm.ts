/** The form that a reply should have. */
export interface ReplyForm {
  /** Letters, digits, "_" and "-". */
  name: string;
  /** A JSON schema. */
  schema: Readonly<Record<string, unknown>>;
  /** Whether a reply can be used, in this form or another. */
  isReadable: (text: string) => boolean;
}
