import type { ByteSource } from '../byte-source.ts'
import { type Batch, type FileField, batchRows } from '../field-type.ts'
import { type ColumnReader, type StripeColumns, columnReader } from './columns.ts'
import { type OrcStripe, type OrcTail, readStripeFooter, readTail } from './footer.ts'
import { OrcStream } from './stream.ts'
import { type OrcColumn, columnTree, orcKind } from './types.ts'

/** An ORC file that was opened: its columns and its rows. https://orc.apache.org/specification/ORCv1/ */
export interface OrcFile {
  readonly fields: readonly FileField[]
  readonly rowCount: number
  /** The rows, of these columns only (places in `fields`). Throws an Error where the file is damaged. */
  rows(columns: readonly number[]): Generator<Batch>
}

export function openOrc(source: ByteSource): OrcFile {
  const tail = readTail(source)
  const root = columnTree(tail.types)
  if (root.kind !== orcKind.struct || root.type.kind !== 'struct') {
    throw new Error('its rows are not structs')
  }
  return {
    fields: root.type.fields,
    rowCount: tail.rowCount,
    rows: (columns) =>
      rowsOf(
        source,
        tail,
        columns.map((index) => root.children[index]!),
      ),
  }
}

function* rowsOf(
  source: ByteSource,
  tail: OrcTail,
  columns: readonly OrcColumn[],
): Generator<Batch> {
  for (const stripe of tail.stripes) {
    const readers = stripeReaders(source, tail, stripe, columns)
    for (let left = stripe.rowCount; left > 0; left -= batchRows) {
      const rowCount = Math.min(left, batchRows)
      yield { rowCount, columns: readers.map((reader) => reader.read(rowCount)) }
    }
  }
}

function stripeReaders(
  source: ByteSource,
  tail: OrcTail,
  stripe: OrcStripe,
  columns: readonly OrcColumn[],
): readonly ColumnReader[] {
  const footer = readStripeFooter(source, stripe, tail.packing)
  const wanted = new Set(columns.flatMap(idsOf))
  const streams = new Map<string, OrcStream>()
  let at = stripe.offset
  for (const { kind, column, length } of footer.streams) {
    // Kinds from 6 on are indexes, of no use to a reader of everything.
    if (wanted.has(column) && kind < 6 && length > 0) {
      streams.set(`${column}/${kind}`, new OrcStream(source.read(at, length), tail.packing))
    }
    at += length
  }
  const inStripe: StripeColumns = {
    stream: (column, kind) => streams.get(`${column}/${kind}`),
    encoding: (column) => footer.encodings[column] ?? { kind: 0, dictionarySize: 0 },
    timeZone: footer.timeZone,
  }
  return columns.map((column) => columnReader(column, inStripe))
}

function idsOf(column: OrcColumn): number[] {
  return [column.id, ...column.children.flatMap(idsOf)]
}
