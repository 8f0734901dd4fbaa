import type { Metastore, TableRecord } from '#catalog/metastore'
import { isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import { columnsOf, convert, loadTable } from '../../conversion/index.ts'
import {
  rawOf,
  type DeliveryRecord,
  type FailedRecord,
  type RawPage,
  type RecordSet,
} from '../../delivery-record.ts'
import { keysOf } from '../../naming.ts'
import type { S3Target } from '../../records.ts'
import type { StageInput } from '../destination.ts'
import { compress } from './compression.ts'
import { groupRecords, objectKeys, type Group, type GroupedRecords } from '../grouping.ts'

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

export type EncodeInput = Omit<StageInput, 'tell' | 'latest'> & { readonly target: S3Target }

/** The objects that the records of a batch become under a target. */
export async function encode(parts: EncodeParts, input: EncodeInput): Promise<Encoded> {
  return input.target.conversion
    ? encodeConverted(parts, input, input.target.conversion)
    : encodeAsIs(input)
}

async function encodeAsIs(input: EncodeInput): Promise<Encoded> {
  const { batch, target, records, signal } = input
  const keys = keysOf(batch, target)
  if (target.partitioned)
    return { objects: groupsAsIs(await groupRecords(records, objectKeys(keys), input), input) }
  const pages = await startedPages(records, signal)
  return { objects: pages ? [asIs(keys.data(), joined(pages, target), target)] : [] }
}

/** Undefined when there are no records. */
async function startedPages(
  records: RecordSet,
  signal: AbortSignal,
): Promise<AsyncIterable<Given> | undefined> {
  // A file stands open as long as it is read, and nobody may come to read on: it is begun anew.
  if (!records.raw) return (await isEmpty(records, signal)) ? undefined : records.pages(signal)
  const pages = records.raw(signal)[Symbol.asyncIterator]()
  let first = await pages.next()
  while (!first.done && recordsIn(first.value).length === 0) first = await pages.next()
  return first.done ? undefined : startingWith(first.value, pages)
}

async function* startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

async function isEmpty(records: RecordSet, signal: AbortSignal): Promise<boolean> {
  for await (const page of records.pages(signal)) if (page.length > 0) return false
  return true
}

function asIs(key: string, bytes: AsyncIterable<Uint8Array>, target: S3Target): EncodedObject {
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.zip$/, '')
  return { key, content: { bytes: compress(bytes, target.compression, name) } }
}

async function* groupsAsIs(
  grouped: GroupedRecords,
  { target, signal }: EncodeInput,
): AsyncGenerator<EncodedObject> {
  for await (const { group, pages } of grouped.pieces(signal)) {
    yield asIs(group.key, joined(pages, target), target)
  }
}

type Given = RawPage | readonly DeliveryRecord[]

function recordsIn(given: Given): readonly { readonly data: Uint8Array }[] {
  return 'page' in given ? given.records() : given
}

async function* joined(
  pages: AsyncIterable<Given> | Iterable<Given>,
  target: S3Target,
): AsyncGenerator<Uint8Array> {
  const delimiter = Buffer.from(target.delimiter ?? '')
  for await (const given of pages) {
    const records = recordsIn(given)
    const dataBytes = records.reduce((sum, { data }) => sum + data.byteLength, 0)
    const bytes = Buffer.allocUnsafe(dataBytes + records.length * delimiter.byteLength)
    let at = 0
    for (const { data } of records) {
      bytes.set(data, at)
      bytes.set(delimiter, at + data.byteLength)
      at += data.byteLength + delimiter.byteLength
    }
    if ('page' in given) given.page.release()
    yield bytes
  }
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
  const keys = keysOf(batch, target)
  const grouped = target.partitioned
    ? await groupRecords(records, objectKeys(keys), input)
    : undefined
  const sorted = grouped?.records ?? records
  const { paths, bad } = await convert({
    records: () => rawOf(sorted, signal),
    columns,
    conversion,
    engine: parts.engine,
    folder: await input.folder(),
    ...(grouped ? { ends: endsOf(grouped.groups) } : {}),
    signal,
  })
  if (bad.size > 0) await failThese({ ...input, records: sorted }, (index) => bad.get(index))
  const names = grouped ? grouped.groups.map(({ key }) => key) : [keys.data()]
  const objects = names.flatMap((key, index) => {
    const path = paths[index]
    return path === undefined ? [] : [{ key, content: { path } }]
  })
  return { objects, table }
}

function endsOf(groups: readonly Group[]): readonly number[] {
  let end = 0
  return groups.map(({ records }) => (end += records))
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
