import type { Column, TableRecord } from '#catalog/metastore'
import { presto } from '../planning/presto-view.ts'
import { type TextResult, described, textResult } from './text-result.ts'

/** DESCRIBE: columns, then the partition keys once more under their own heading. */
export function describeTable(table: TableRecord, detailed: boolean): TextResult {
  const columns = table.storage?.columns ?? []
  const keys = table.partitionKeys ?? []
  const line = (column: Column) =>
    described(column.name, column.type ?? 'string', column.comment ?? '')
  const blank = '\t \t '
  const heading = '# col_name            \tdata_type           \tcomment             '
  const lines = detailed ? [heading, blank] : []
  lines.push(...columns.map(line))
  if (!detailed) lines.push(...keys.map(line))
  if (keys.length > 0) {
    lines.push(blank, '# Partition Information\t \t ', heading, blank, ...keys.map(line))
  }
  if (detailed) {
    lines.push(blank, '# Detailed Table Information\t \t ')
    lines.push(described('Database:', table.database, ''))
    lines.push(described('Owner:', table.owner ?? 'hadoop', ''))
    lines.push(described('CreateTime:', new Date(table.createTimeMs).toUTCString(), ''))
    lines.push(described('Location:', table.storage?.location ?? '', ''))
    lines.push(described('Table Type:', table.tableType ?? 'EXTERNAL_TABLE', ''))
    lines.push('Table Parameters:\t \t ')
    for (const [key, value] of Object.entries(table.parameters ?? {}))
      lines.push(described('', key, value))
    lines.push(blank, '# Storage Information\t \t ')
    lines.push(described('SerDe Library:', table.storage?.serde?.serializationLibrary ?? '', ''))
    lines.push(described('InputFormat:', table.storage?.inputFormat ?? '', ''))
    lines.push(described('OutputFormat:', table.storage?.outputFormat ?? '', ''))
  }
  return textResult(['col_name', 'data_type', 'comment'], lines)
}

/** SHOW CREATE TABLE, in the form that Athena prints. */
export function showCreateTable(table: TableRecord): TextResult {
  const view = presto.decode(table.viewOriginalText)
  if (view) {
    const lines = [`CREATE VIEW ${table.database}.${table.name} AS`, ...view.sql.split('\n')]
    return textResult(['Create View'], lines)
  }
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
