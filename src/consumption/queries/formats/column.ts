import { type Type, engineType, raiseSql } from '#consumption/sql'

/** A column of a table as its files must give it. */
export interface FileColumn {
  /** Lower case. */
  readonly name: string
  readonly type: Type
}

/** How one group of alike files is read. */
export interface FileReading {
  /** A table function's call, with `files` in place of the list of files and `hive` of the partition keys. */
  readonly from: (files: string, hive: string) => string
  /** SQL for each column, in the order asked, over the columns that `from` gives. */
  readonly columns: readonly string[]
}

/** NULL in a column's type: what a file without the column gives. */
export function nullSql(type: Type): string {
  return `CAST(NULL AS ${engineType(type)})`
}

/** Fails when, and only when, the column is read. */
export function unreadableSql(type: Type, text: string): string {
  return raiseSql(type, `'${text.replaceAll("'", "''")}'`)
}
