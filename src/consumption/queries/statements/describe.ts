import type {
  Column,
  PartitionRecord,
  StorageDescriptor,
  TableRecord,
  TextMap,
} from '#catalog/metastore'
import { presto } from '../planning/presto-view.ts'
import { nestedColumns } from './nested-columns.ts'
import { type TextResult, described, textResult } from './text-result.ts'

export interface DescribeOptions {
  readonly style: 'plain' | 'formatted' | 'extended'
  readonly partition: PartitionRecord | undefined
  /** A column and the way into it; empty for the whole table. */
  readonly column: readonly string[]
}

const blank = '\t \t '
const heading = '# col_name            \tdata_type           \tcomment             '

/**
 * DESCRIBE, in the text that Hive writes: columns, then the partition keys once more under their own heading, then what
 * FORMATTED and EXTENDED tell besides. https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
 */
export function describeTable(table: TableRecord, options: DescribeOptions): TextResult {
  const { style, partition, column } = options
  const formatted = style === 'formatted'
  const columns = (partition ?? table).storage?.columns ?? []
  const keys = table.partitionKeys ?? []
  const lines = formatted ? [heading, blank] : []
  if (column.length > 0) {
    lines.push(...nestedColumns([...columns, ...keys], column).map(columnLine))
    return told(lines)
  }
  lines.push(...columns.map(columnLine))
  if (!formatted) lines.push(...keys.map(columnLine))
  if (keys.length > 0) {
    lines.push(blank, '# Partition Information\t \t ', heading, blank, ...keys.map(columnLine))
  }
  if (formatted) {
    lines.push(blank, ...(partition ? partitionLines(table, partition) : tableLines(table)))
    lines.push(...storageLines((partition ?? table).storage ?? {}), ...viewLines(table))
  }
  if (style === 'extended') {
    const [what, text] = partition
      ? ['Partition', thriftPartition(table, partition)]
      : ['Table', thriftTable(table)]
    lines.push(blank, `Detailed ${what} Information\t${text}\t `)
  }
  return told(lines)
}

function told(lines: readonly string[]): TextResult {
  // A comment may hold line breaks, and a line is a row.
  return textResult(
    ['col_name', 'data_type', 'comment'],
    lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')),
  )
}

function columnLine(column: Column): string {
  return described(column.name, column.type ?? 'string', column.comment ?? '')
}

function tableLines(table: TableRecord): readonly string[] {
  const lines = [
    '# Detailed Table Information\t \t ',
    fact('Database:', table.database),
    fact('Owner:', table.owner ?? 'hadoop'),
    fact('CreateTime:', hiveTime(table.createTimeMs)),
    fact('LastAccessTime:', table.lastAccessTimeMs ? hiveTime(table.lastAccessTimeMs) : 'UNKNOWN'),
    fact('Protect Mode:', 'None'),
    fact('Retention:', String(table.retention ?? 0)),
  ]
  const location = table.storage?.location
  if (location !== undefined) lines.push(fact('Location:', location))
  lines.push(fact('Table Type:', table.tableType ?? 'EXTERNAL_TABLE'))
  return [...lines, ...parameterLines('Table Parameters:', table.parameters)]
}

function partitionLines(table: TableRecord, partition: PartitionRecord): readonly string[] {
  const { lastAccessTimeMs, storage } = partition
  return [
    '# Detailed Partition Information\t \t ',
    fact('Partition Value:', `[${partition.values.join(', ')}]`),
    fact('Database:', table.database),
    fact('Table:', table.name),
    fact('CreateTime:', hiveTime(partition.createTimeMs)),
    fact('LastAccessTime:', lastAccessTimeMs ? hiveTime(lastAccessTimeMs) : 'UNKNOWN'),
    fact('Protect Mode:', 'None'),
    fact('Location:', storage?.location ?? ''),
    ...parameterLines('Partition Parameters:', partition.parameters),
  ]
}

function storageLines(storage: StorageDescriptor): readonly string[] {
  const { serde } = storage
  const sorted = sortColumns(storage).map(([name, order]) => `Order(col:${name}, order:${order})`)
  return [
    blank,
    '# Storage Information\t \t ',
    fact('SerDe Library:', serde?.serializationLibrary ?? ''),
    fact('InputFormat:', storage.inputFormat ?? ''),
    fact('OutputFormat:', storage.outputFormat ?? ''),
    fact('Compressed:', storage.compressed ? 'Yes' : 'No'),
    fact('Num Buckets:', String(storage.numberOfBuckets ?? -1)),
    fact('Bucket Columns:', `[${(storage.bucketColumns ?? []).join(', ')}]`),
    fact('Sort Columns:', `[${sorted.join(', ')}]`),
    ...parameterLines('Storage Desc Params:', serde?.parameters),
  ]
}

function viewLines(table: TableRecord): readonly string[] {
  if (table.viewOriginalText === undefined) return []
  const shown = presto.decode(table.viewOriginalText)?.sql ?? table.viewOriginalText
  return [
    blank,
    '# View Information\t \t ',
    fact('View Original Text:', shown),
    fact('View Expanded Text:', table.viewExpandedText ?? ''),
  ]
}

function parameterLines(title: string, parameters: TextMap = {}): readonly string[] {
  const entries = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return []
  return [`${title}\t \t `, ...entries.map(([name, value]) => described('', name, value))]
}

function fact(name: string, value: string): string {
  return described(name, value, '')
}

function sortColumns({ sortColumns: all = [] }: StorageDescriptor) {
  return all.map(({ column, sortOrder }) => [column, sortOrder] as const)
}

/** As Java prints a date: `Thu Apr 23 02:55:21 UTC 2020`. */
function hiveTime(timeMs: number): string {
  const [weekday, day, month, year, time] = new Date(timeMs).toUTCString().split(/,? /)
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}

/** The table as Thrift's structures print themselves: for the eye, and not to be read back. */
function thriftTable(table: TableRecord): string {
  const view = (text: string | undefined) => text ?? 'null'
  return `Table(${[
    `tableName:${table.name}`,
    `dbName:${table.database}`,
    `owner:${table.owner ?? 'hadoop'}`,
    `createTime:${seconds(table.createTimeMs)}`,
    `lastAccessTime:${seconds(table.lastAccessTimeMs)}`,
    `retention:${table.retention ?? 0}`,
    `sd:${thriftStorage(table.storage ?? {})}`,
    `partitionKeys:[${(table.partitionKeys ?? []).map(thriftField).join(', ')}]`,
    `parameters:${thriftMap(table.parameters)}`,
    `viewOriginalText:${view(table.viewOriginalText)}`,
    `viewExpandedText:${view(table.viewExpandedText)}`,
    `tableType:${table.tableType ?? 'EXTERNAL_TABLE'}`,
  ].join(', ')})`
}

function thriftPartition(table: TableRecord, partition: PartitionRecord): string {
  return `Partition(${[
    `values:[${partition.values.join(', ')}]`,
    `dbName:${table.database}`,
    `tableName:${table.name}`,
    `createTime:${seconds(partition.createTimeMs)}`,
    `lastAccessTime:${seconds(partition.lastAccessTimeMs)}`,
    `sd:${thriftStorage(partition.storage ?? {})}`,
    `parameters:${thriftMap(partition.parameters)}`,
  ].join(', ')})`
}

function thriftStorage(storage: StorageDescriptor): string {
  const { serde } = storage
  const sorted = sortColumns(storage).map(([name, order]) => `Order(col:${name}, order:${order})`)
  const info = `SerDeInfo(name:${serde?.name ?? 'null'}, serializationLib:${serde?.serializationLibrary ?? 'null'}, parameters:${thriftMap(serde?.parameters)})`
  return `StorageDescriptor(${[
    `cols:[${(storage.columns ?? []).map(thriftField).join(', ')}]`,
    `location:${storage.location ?? 'null'}`,
    `inputFormat:${storage.inputFormat ?? 'null'}`,
    `outputFormat:${storage.outputFormat ?? 'null'}`,
    `compressed:${storage.compressed ?? false}`,
    `numBuckets:${storage.numberOfBuckets ?? -1}`,
    `serdeInfo:${info}`,
    `bucketCols:[${(storage.bucketColumns ?? []).join(', ')}]`,
    `sortCols:[${sorted.join(', ')}]`,
    `parameters:${thriftMap(storage.parameters)}`,
    'skewedInfo:SkewedInfo(skewedColNames:[], skewedColValues:[], skewedColValueLocationMaps:{})',
    `storedAsSubDirectories:${storage.storedAsSubDirectories ?? false}`,
  ].join(', ')})`
}

function thriftField({ name, type = 'string', comment }: Column): string {
  return `FieldSchema(name:${name}, type:${type}, comment:${comment ?? 'null'})`
}

function thriftMap(map: TextMap = {}): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}}`
}

function seconds(timeMs: number | undefined): number {
  return Math.floor((timeMs ?? 0) / 1000)
}
