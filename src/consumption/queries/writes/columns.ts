import { type Analysis, engineType } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import { type WriteColumn, type WriteFormat, checkWritable } from './file-format.ts'

/** A query's columns as files of its own: each must have a name of its own and a type that Hive has. */
export function outputColumns(analysis: Analysis, format: WriteFormat): readonly WriteColumn[] {
  const seen = new Set<string>()
  return analysis.columns.map((column, index) => {
    const name = column.name.toLowerCase()
    if (/^_col\d+$/.test(name)) {
      throw failed(
        'MISSING_COLUMN_NAME',
        `line 1:1: Column name not specified at position ${index + 1}`,
      )
    }
    if (seen.has(name)) {
      throw failed(
        'DUPLICATE_COLUMN_NAME',
        `line 1:1: Column name '${name}' specified more than once`,
      )
    }
    seen.add(name)
    if (column.type.kind === 'unknown') {
      throw failed(
        'COLUMN_TYPE_UNKNOWN',
        `line 1:1: Column type is unknown at position ${index + 1}`,
      )
    }
    checkWritable(format, name, column.type)
    return { name, type: column.type, sql: `CAST(q.c${index} AS ${engineType(column.type)})` }
  })
}
