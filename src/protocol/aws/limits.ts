/** What a member must satisfy. Sizes of strings in characters, of blobs in bytes, of lists and maps in members. */
export interface Limit {
  /** For a member that the service insists on though its model does not (any more). */
  readonly required?: true
  readonly min?: number
  readonly max?: number
  /** For numbers: the schemas do not tell whole ones from others. */
  readonly integer?: true
  /** Anchored as AWS does: the whole value must match. */
  readonly pattern?: RegExp
  readonly enum?: readonly string[]
}

/**
 * Limits of a service, keyed by `<InputShape>.<path>`, with the path in wire names, `[]` for list
 * members, `{}` for map values, `{key}` for map keys: `PutRecordsInput.Records[].PartitionKey`. A key that starts with `*.` holds for that
 * member name in every input shape at the top level: `*.StreamName`.
 */
export type LimitTable = Readonly<Record<string, Limit>>
