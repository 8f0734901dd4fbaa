import { type Type, isInteger } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import type { WriteColumn } from './file-format.ts'

/** How the rows of a partition are spread over files. https://docs.aws.amazon.com/athena/latest/ug/ctas-partitioning-and-bucketing-what-is-bucketing.html */
export interface Buckets {
  readonly count: number
  readonly columns: readonly WriteColumn[]
}

/** The bucketing of a new table: its columns must be in the files. */
export function bucketsOf(
  { by, count }: { readonly by: readonly string[]; readonly count: number },
  columns: readonly WriteColumn[],
): Buckets {
  const found = by.map((name) => {
    const column = columns.find((each) => each.name === name)
    if (column) return column
    throw failed(
      'INVALID_TABLE_PROPERTY',
      `line 1:1: Bucketing columns [${name}] not present in schema`,
    )
  })
  // Asked of now, so that nothing is read for a table that cannot be.
  for (const column of found) hashSql(column)
  return { count, columns: found }
}

/**
 * The number of a row's bucket, with the hash that Hive used until its version 3 (`bucketing_version` 1), which is Athena's too.
 * Every hash is kept as 32 bits without a sign.
 */
export function bucketSql({ count, columns }: Buckets): string {
  const hash = columns
    .map(hashSql)
    .reduce((sum, each) => (sum === '' ? each : `((${sum} * 31 + ${each}) % 4294967296)`), '')
  return `(${hash} & 2147483647) % ${count}`
}

function hashSql({ name, type, sql }: WriteColumn): string {
  return `coalesce(${valueHash(name, type, sql)}, 0)`
}

function valueHash(name: string, type: Type, sql: string): string {
  if (isInteger(type) && type.kind !== 'bigint') return `CAST(${sql} AS BIGINT) & 4294967295`
  switch (type.kind) {
    case 'boolean':
      return `CAST(${sql} AS BIGINT)`
    case 'bigint':
      return `xor(${sql} >> 32, ${sql}) & 4294967295`
    case 'date':
      return `CAST(date_diff('day', DATE '1970-01-01', ${sql}) AS BIGINT) & 4294967295`
    case 'real':
      return `hive_hash_real(CAST(${sql} AS DOUBLE))`
    case 'double':
      return `hive_hash_double(${sql})`
    case 'varchar':
      // A column of `string` begins at 0, one of `varchar(n)` at 1.
      return `hive_hash_text(${sql}, ${type.length === undefined ? 0 : 1})`
    default:
      throw failed('NOT_SUPPORTED', `bucketing by column ${name}: Hive buckets by ${kinds}`)
  }
}

const kinds =
  'boolean, tinyint, smallint, int, bigint, float, double, date, string and varchar alone'

/** What Hive calls the file of a bucket: readers take the bucket from the number that it begins with. */
export function bucketFileName(bucket: number, id: string): string {
  return `${String(bucket).padStart(6, '0')}_0_${id}`
}
