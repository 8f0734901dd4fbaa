import type { Metastore, TableRecord } from '#catalog/metastore'
import { isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import { columnsOf, convert, loadTable } from '../../conversion/index.ts'
import type { FailedRecord, RecordSet } from '../../delivery-record.ts'
import { keysOf } from '../../naming.ts'
import type { S3Target } from '../../records.ts'
import type { StageInput } from '../destination.ts'
import { compress } from './compression.ts'

/** What an object will be. */
export interface EncodedObject {
  readonly key: string
  /** A finished file, or bytes to be read once. */
  readonly content: { readonly path: string } | { readonly bytes: AsyncIterable<Uint8Array> }
}

export interface Encoded {
  readonly objects: AsyncIterable<EncodedObject> | Iterable<EncodedObject>
  /** The table by which the records were converted. */
  readonly table?: TableRecord
}

export interface EncodeParts {
  readonly metastore: Metastore
  readonly engine: QueryEngine
}

export type EncodeInput = StageInput & { readonly target: S3Target }

/** The objects that the records of a batch become under a target. */
export async function encode(parts: EncodeParts, input: EncodeInput): Promise<Encoded> {
  return input.target.conversion
    ? encodeConverted(parts, input, input.target.conversion)
    : encodeAsIs(input)
}

async function encodeAsIs({ batch, target, records, signal }: EncodeInput): Promise<Encoded> {
  if (await isEmpty(records, signal)) return { objects: [] }
  const key = keysOf(batch, target).data
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.zip$/, '')
  const bytes = compress(joined(records, target, signal), target.compression, name)
  return { objects: [{ key, content: { bytes } }] }
}

async function* joined(
  records: RecordSet,
  target: S3Target,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const delimiter = target.delimiter === undefined ? undefined : Buffer.from(target.delimiter)
  for await (const page of records.pages(signal)) {
    const pieces = page.map(({ data }) => data)
    yield Buffer.concat(delimiter ? pieces.flatMap((data) => [data, delimiter]) : pieces)
  }
}

async function isEmpty(records: RecordSet, signal: AbortSignal): Promise<boolean> {
  for await (const page of records.pages(signal)) if (page.length > 0) return false
  return true
}

async function encodeConverted(
  parts: EncodeParts,
  input: EncodeInput,
  conversion: NonNullable<S3Target['conversion']>,
): Promise<Encoded> {
  const { batch, target, records, signal } = input
  const table = await loadTable(parts.metastore, batch.stream, conversion)
  const columns = await columnsOrFail(table, input)
  if (!columns) return { objects: [], table }
  const { path, bad } = await convert({
    records: () => records.pages(signal),
    columns,
    conversion,
    engine: parts.engine,
    folder: await input.folder(),
    signal,
  })
  if (bad.size > 0) await failThese(input, (index) => bad.get(index))
  const objects = path === undefined ? [] : [{ key: keysOf(batch, target).data, content: { path } }]
  return { objects, table }
}

/** A table that cannot be followed makes every record a bad one: nothing is lost, and nothing waits. */
async function columnsOrFail(table: TableRecord, input: EncodeInput) {
  try {
    return columnsOf(table)
  } catch (error) {
    if (!isLakeError(error, 'DeliverySchemaInvalid')) throw error
    const reason = { code: 'DataFormatConversion.InvalidSchema', message: error.message }
    await failThese(input, () => reason)
    return undefined
  }
}

/** Sets records aside, by their place in the batch. */
async function failThese(
  { records, fail, signal }: EncodeInput,
  reasonOf: (index: number) => { readonly code: string; readonly message: string } | undefined,
): Promise<void> {
  let index = 0
  for await (const page of records.pages(signal)) {
    const failed: FailedRecord[] = []
    for (const record of page) {
      const reason = reasonOf(index)
      if (reason)
        failed.push({ record, failure: { outputType: 'format-conversion-failed', ...reason } })
      index += 1
    }
    if (failed.length > 0) await fail(failed)
  }
}
