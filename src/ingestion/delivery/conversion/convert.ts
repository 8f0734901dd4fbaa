import { join } from 'node:path'
import type { QueryEngine } from '#processing/engine'
import type { Conversion } from '../records.ts'
import type { BadRecord } from './bad-record.ts'
import type { Packing } from './columns/parquet.ts'
import { convertRows, type RowsPage } from './convert-rows.ts'
import type { HiveType } from './hive-type.ts'
import type { Lines } from './lines.ts'

export interface ConvertInput {
  /** Gives the records anew at each call, in the same order. */
  readonly records: () => AsyncIterable<RowsPage>
  readonly columns: readonly { readonly name: string; readonly type: HiveType }[]
  readonly conversion: Pick<Conversion, 'reader' | 'parquet' | 'orc'>
  readonly engine: QueryEngine
  /** A folder of its own, on the blobs' disk. */
  readonly folder: string
  /** Cuts the records into several files: how many records lie before the end of each. Without it there is one. */
  readonly ends?: readonly number[]
  readonly signal: AbortSignal
}

export interface Converted {
  /** The file of each piece, Parquet or ORC; undefined when no record of it is good. */
  readonly paths: readonly (string | undefined)[]
  readonly rows: number
  /** By the record's place in the batch. */
  readonly bad: ReadonlyMap<number, BadRecord>
}

/** Converts JSON records to Parquet or ORC: to one file, or to one for each piece. */
export async function convert(input: ConvertInput): Promise<Converted> {
  const { ends, conversion, folder } = input
  const { orc } = conversion
  let pieces: readonly (Pick<Piece, 'name'> | undefined)[] = (ends ?? [0]).map(() => undefined)
  const { rows, bad, result, file } = await convertRows({
    ...input,
    reader: conversion.reader,
    ...packingOf(input),
    ...(orc ? { encode: { format: 'orc', ...orc } } : {}),
    write: ({ sql, lines }) => {
      const cuts = ends && cut(lines, ends)
      pieces = cuts ?? [{ name: 'batch.parquet' }]
      const outputFile = cuts || orc ? undefined : join(folder, 'batch.parquet')
      const name = outputFile === undefined ? 'batch.parquet' : 'result'
      return {
        statements: cuts ? copyPieces(sql, cuts, conversion) : [copy(sql, name, conversion)],
        ...(outputFile === undefined ? {} : { outputFile }),
        countOf: (written) => Number(written.rows[0]?.[0]),
      }
    },
  })
  if (file !== undefined) return { paths: [file], rows, bad }
  // The engine writes Parquet, and makes ORC of it.
  const nameOf = ({ name }: Pick<Piece, 'name'>) =>
    orc ? name.replace(/\.parquet$/, '.orc') : name
  const paths = pieces.map((piece) => (result && piece ? join(folder, nameOf(piece)) : undefined))
  return { paths, rows, bad }
}

/** What is one file of Parquet, in a form that is written here too, may need no engine. */
function packingOf({ ends, conversion }: ConvertInput): { readonly packing?: Packing } {
  const { compression, version } = conversion.parquet
  if (ends || conversion.orc || version !== 'V1') return {}
  return compression === 'SNAPPY' || compression === 'UNCOMPRESSED' ? { packing: compression } : {}
}

type Format = Pick<Conversion, 'parquet'>

function copy(sql: string, name: string, { parquet }: Format): string {
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${parquet.compression.toLowerCase()}`,
    `PARQUET_VERSION ${parquet.version}`,
  ].join(', ')
  return `COPY (${sql}) TO '{out}/${name}' (${options})`
}

/** All lines are read once, in their order; the last statement counts them. */
function copyPieces(
  sql: string,
  pieces: readonly (Piece | undefined)[],
  format: Format,
): readonly string[] {
  return [
    `CREATE TABLE batch AS ${sql}`,
    ...pieces.flatMap((piece) => {
      if (!piece) return []
      const { name, first, last } = piece
      return [copy(`SELECT * FROM batch WHERE rowid BETWEEN ${first} AND ${last}`, name, format)]
    }),
    'SELECT count(*) FROM batch',
  ]
}

/** Lines that become a file of their own, the first and the last, counted from 0. */
interface Piece {
  readonly name: string
  readonly first: number
  readonly last: number
}

/** The lines of each piece; undefined for one without. */
function cut(lines: Lines, ends: readonly number[]): readonly (Piece | undefined)[] {
  let first = 0
  return ends.map((end, index) => {
    const next = lines.countBefore(end)
    const piece = { name: `piece-${index}.parquet`, first, last: next - 1 }
    first = next
    return piece.last < piece.first ? undefined : piece
  })
}
