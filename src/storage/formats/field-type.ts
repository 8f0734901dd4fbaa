/** What a column of a decoded file holds. Names of fields are as written in the file. */
export type FieldType =
  | { readonly kind: SimpleFieldKind; readonly meaning?: FieldMeaning }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly element: FieldType; readonly elementId?: number }
  | {
      readonly kind: 'map'
      readonly key: FieldType
      readonly value: FieldType
      readonly keyId?: number
      readonly valueId?: number
    }
  | { readonly kind: 'struct'; readonly fields: readonly FileField[] }

export type SimpleFieldKind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'date'
  /** A date and time of no zone. */
  | 'timestamp'
  /** An instant. */
  | 'instant'

/**
 * What a file says of values that are decoded as something simpler: an `int64` of microseconds of the day, or of nanoseconds since the
 * epoch; a `binary` of one length; a `timestamp` that had nanoseconds.
 */
export type FieldMeaning = 'time' | 'nanos' | 'fixed'

export interface FileField {
  /** Of Iceberg, in files that were written for it. */
  readonly id?: number
  readonly name: string
  readonly type: FieldType
}

/**
 * A value of a column. `int64`, `timestamp` and `instant` (microseconds since the epoch) and `decimal` (without its
 * point) are bigints; `date` is days since the epoch; a list is an array, a map an array of pairs, a struct an array
 * of its fields' values in order.
 */
export type FieldValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly FieldValue[]

/** Some rows, column by column. */
export interface Batch {
  readonly rowCount: number
  readonly columns: readonly (readonly FieldValue[])[]
}

/** Rows of a batch: what a vector of the engine holds. */
export const batchRows = 2048

/** Text of a batch, and of what writers keep: about so many bytes, however few rows that is. */
export const batchTextMax = 32 * 1024 * 1024

/** About how many bytes a value takes. */
export function sizeOfValue(value: FieldValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length
  if (!Array.isArray(value)) return 8
  let size = 16
  for (const one of value as readonly FieldValue[]) size += sizeOfValue(one)
  return size
}

/** Collects rows into batches. */
export class BatchBuilder {
  readonly width: number
  #columns: FieldValue[][]
  #rows = 0
  #size = 0

  constructor(width: number) {
    this.width = width
    this.#columns = Array.from({ length: width }, () => [])
  }

  /** The batch that this row filled. */
  add(row: readonly FieldValue[]): Batch | undefined {
    for (let index = 0; index < this.width; index++) {
      const value = row[index] ?? null
      this.#size += sizeOfValue(value)
      this.#columns[index]!.push(value)
    }
    return ++this.#rows === batchRows || this.#size > batchTextMax ? this.take() : undefined
  }

  /** The rows since the last batch; undefined when there are none. */
  take(): Batch | undefined {
    if (this.#rows === 0) return undefined
    const batch = { rowCount: this.#rows, columns: this.#columns }
    this.#columns = Array.from({ length: this.width }, () => [])
    this.#rows = 0
    this.#size = 0
    return batch
  }
}
