import type { ColumnInfo } from './column-info.ts'

/**
 * The file of types beside a result (`<id>.csv.metadata`). Athena documents that it is there and that it is binary
 * (https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html). It is a message of Protocol Buffers, as
 * programs that read results without GetQueryResults take it: a name of the query, and a message for each column.
 * https://github.com/burtcorp/athena-jdbc/blob/master/src/main/java/io/burt/athena/result/AthenaMetaDataParser.java
 */
export function resultMetadata(id: string, columns: readonly ColumnInfo[]): Buffer {
  return Buffer.concat([text(1, id), ...columns.map((column) => message(4, columnFields(column)))])
}

/** Of three: not null, may be null, unknown. */
const unknownNullable = 3

function columnFields(column: ColumnInfo): Buffer {
  return Buffer.concat([
    text(1, 'hive'),
    text(4, column.name),
    text(5, column.name),
    text(6, column.type),
    number(7, column.precision),
    number(8, column.scale),
    number(9, unknownNullable),
    number(10, column.caseSensitive ? 1 : 0),
  ])
}

/** https://protobuf.dev/programming-guides/encoding/ */
const varintType = 0
const lengthType = 2

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value))
}

function message(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | lengthType), varint(bytes.length), bytes])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | varintType), varint(value)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80)
  bytes.push(left)
  return Buffer.from(bytes)
}
