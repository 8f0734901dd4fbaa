import type { Column, TableRecord } from '#catalog/metastore'
import { presto } from '../planning/presto-view.ts'
import { failed } from '../planning/failure.ts'
import { type TextResult, textResult } from './text-result.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/show-create-view.html */
export function showCreateView(table: TableRecord): TextResult {
  const view = presto.decode(table.viewOriginalText)
  if (!view) {
    throw failed(
      'NOT_SUPPORTED',
      `Relation '${table.database}.${table.name}' is a table, not a view: use SHOW CREATE TABLE`,
    )
  }
  const lines = [`CREATE VIEW ${table.database}.${table.name} AS`, ...view.sql.split('\n')]
  return textResult(['Create View'], lines)
}

/** SHOW CREATE TABLE, in the form that Athena prints. */
export function showCreateTable(table: TableRecord): TextResult {
  if (presto.decode(table.viewOriginalText)) return showCreateView(table)
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const column = (each: Column) =>
    `  \`${each.name}\` ${each.type ?? 'string'}${each.comment ? ` COMMENT ${quoted(each.comment)}` : ''}`
  const list = (columns: readonly Column[]) => `${columns.map(column).join(', \n')})`
  const lines = [`CREATE EXTERNAL TABLE \`${table.database}.${table.name}\`(`]
  lines.push(...list(table.storage?.columns ?? []).split('\n'))
  if (table.description) lines.push(`COMMENT ${quoted(table.description)}`)
  if ((table.partitionKeys ?? []).length > 0) {
    lines.push('PARTITIONED BY ( ', ...list(table.partitionKeys!).split('\n'))
  }
  lines.push(...bucketLines(table.storage))
  const { serde, inputFormat, outputFormat, location } = table.storage ?? {}
  const properties = (all: Readonly<Record<string, string>>) =>
    Object.entries(all)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value], index, entries) => {
        const last = index === entries.length - 1
        return `  ${quoted(key)}=${quoted(value)}${last ? ')' : ', '}`
      })
  if (serde?.serializationLibrary) {
    lines.push('ROW FORMAT SERDE ', `  ${quoted(serde.serializationLibrary)} `)
    const own = Object.entries(serde.parameters ?? {}).filter(
      ([key, value]) => key !== 'serialization.format' || value !== '1',
    )
    if (own.length > 0)
      lines.push('WITH SERDEPROPERTIES ( ', ...properties(Object.fromEntries(own)))
  }
  if (inputFormat && outputFormat) {
    lines.push(
      'STORED AS INPUTFORMAT ',
      `  ${quoted(inputFormat)} `,
      'OUTPUTFORMAT ',
      `  ${quoted(outputFormat)}`,
    )
  }
  if (location) lines.push('LOCATION', `  ${quoted(location)}`)
  const parameters = Object.entries(table.parameters ?? {}).filter(([key]) => key !== 'EXTERNAL')
  if (parameters.length > 0) {
    lines.push('TBLPROPERTIES (', ...properties(Object.fromEntries(parameters)))
  }
  return textResult(['createtab_stmt'], lines)
}

/** https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL+BucketedTables */
function bucketLines(storage: TableRecord['storage']): readonly string[] {
  const { bucketColumns = [], sortColumns = [], numberOfBuckets = -1 } = storage ?? {}
  if (bucketColumns.length === 0 || numberOfBuckets <= 0) return []
  const sorted = sortColumns.map(
    ({ column, sortOrder }) => `  \`${column}\` ${sortOrder === 0 ? 'DESC' : 'ASC'}`,
  )
  return [
    'CLUSTERED BY ( ',
    ...`${bucketColumns.map((column) => `  \`${column}\``).join(', \n')}) `.split('\n'),
    ...(sorted.length > 0 ? ['SORTED BY ( ', ...`${sorted.join(', \n')}) `.split('\n')] : []),
    `INTO ${numberOfBuckets} BUCKETS`,
  ]
}
