import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { uuid } from '#kit'
import { permitKeys } from '../access/permissions.ts'
import { pagesOf, recordsOf, type Batch } from '../batch.ts'
import type { RecordSet } from '../delivery-record.ts'
import {
  tableRows,
  type TableRows,
  type TableRowsInput,
} from '../destinations/iceberg/table-rows.ts'
import {
  encode,
  type EncodeInput,
  type Encoded,
  type EncodedObject,
} from '../destinations/s3/encode.ts'
import { addsPartitions, partitionOf } from '../destinations/s3/partitions.ts'
import { DeliveryErrors } from '../errors.ts'
import type { FlushParts } from '../flush.ts'
import { filledOf, type Ranges } from '../ranges.ts'
import type { DeliveryStream, S3Target } from '../records.ts'
import { transformed } from '../transforms/transformed.ts'
import { workFolder } from '../work-folder.ts'
import type { TailLane } from './lane-cut.ts'
import type { TailObject, TailRows } from './tails.ts'

/** What may wait to be delivered and still be queried. */
const tailBytesMax = 1024 ** 3

export interface PartPlan {
  readonly lane: TailLane
  readonly ranges: Ranges
  readonly count: number
  /** Arrival of the oldest record of the batch that the part belongs to; undefined when the part begins it. */
  readonly oldestMs: number | undefined
  /** What the parts before it hold. */
  readonly beforeBytes: number
}

/** A piece of the tail in finished files, which go when the last who holds it lets go. */
export interface Part {
  readonly ranges: Ranges
  readonly count: number
  /** Of the source's data. */
  readonly bytes: number
  readonly oldestMs: number
  readonly objects: readonly TailObject[]
  readonly rows: readonly TailRows[]
  retain(): void
  release(): void
}

/** Makes of some ranges what a delivery would make of them, held once. */
export async function makePart(
  parts: FlushParts,
  plan: PartPlan,
  signal: AbortSignal,
): Promise<Part> {
  const { lane, ranges, count } = plan
  const { stream, name, target } = lane
  await using held = new AsyncDisposableStack()
  const folder = held.use(workFolder(parts.objects.temporaryFolder, 'tail-'))
  const oldestMs = plan.oldestMs ?? (await oldestOf(parts, ranges))
  const batch: Batch = { stream, lane: name, target, ranges, records: count, bytes: 0, oldestMs }
  const measured = measure(parts, batch, plan.beforeBytes)
  // Records that fail are no rows of the table; the delivery tells of them.
  const fail = async () => {}
  const records = await transformed(batch, measured.records, {
    folder: folder.path,
    fail,
    signal,
    transforming: parts.transforming,
  })
  const input = { batch, records, fail, folder: folder.path, signal }
  const made =
    target.kind === 's3'
      ? { objects: await objectsOf(parts, lane, { ...input, target }), rows: [] }
      : { objects: [], rows: await rowsOf(parts, { ...input, target }) }
  const kept = held.move()
  let holders = 1
  return {
    ranges,
    count,
    bytes: measured.bytes(),
    oldestMs,
    ...made,
    retain: () => void (holders += 1),
    release: () => {
      holders -= 1
      // What is left after a failure goes with the next start's temporary folder.
      if (holders === 0) kept.disposeAsync().catch(() => undefined)
    },
  }
}

async function objectsOf(
  parts: FlushParts,
  { stream }: TailLane,
  input: EncodeInput,
): Promise<readonly TailObject[]> {
  const encoded = await encode(parts, input)
  const objects: TailObject[] = []
  for await (const object of encoded.objects) {
    const made = await write(object, await input.folder(), objects.length)
    if (made.sizeBytes > 0) {
      objects.push(describe(parts, stream, input.target, encoded, object.key, made))
    }
  }
  return objects
}

async function rowsOf(parts: FlushParts, input: TableRowsInput): Promise<readonly TailRows[]> {
  const files = (written: TableRows['data']) =>
    written.map(({ path, file: { sizeBytes, recordCount } }) => ({
      path,
      sizeBytes,
      recordCount,
      id: uuid(),
    }))
  const rows: TailRows[] = []
  for await (const { ref, metadata, data, deletes, equalityIds } of tableRows(parts, input)) {
    const specId = metadata['default-spec-id']
    rows.push({ ...ref, specId, data: files(data), deletes: files(deletes), equalityIds })
  }
  return rows
}

/** Of what is kept; now, where all of it was freed before it was delivered. */
async function oldestOf({ log, clock }: FlushParts, ranges: Ranges): Promise<number> {
  const filled = filledOf(ranges)
  const places = {
    shardIds: filled.map((place) => ranges.shardIds[place]!),
    afters: Float64Array.from(filled, (place) => ranges.afters[place]!),
  }
  const { records, arrivalMs } = await log.extents(ranges.logId, places, {
    limitRecords: filled.length,
    limitBytes: Infinity,
    shardRecords: 1,
    shardBytes: 1,
  })
  const oldest = arrivalMs.reduce(
    (least, each, index) => (records[index]! > 0 ? Math.min(least, each) : least),
    Infinity,
  )
  return oldest === Infinity ? clock.now() : oldest
}

/** The records of the log, counted as they are read. */
function measure(parts: FlushParts, batch: Batch, beforeBytes: number) {
  let bytes = 0
  async function* counted<P>(pages: AsyncIterable<P>, sizeOf: (page: P) => number) {
    let read = 0
    for await (const page of pages) {
      read += sizeOf(page)
      if (beforeBytes + read > tailBytesMax) {
        throw DeliveryErrors.TailTooLarge(
          `more than ${tailBytesMax} bytes wait to be delivered by ${batch.stream.name}`,
        )
      }
      yield page
    }
    bytes = read
  }
  const sizeOf = (page: readonly { readonly data: Uint8Array }[]) =>
    page.reduce((sum, { data }) => sum + data.byteLength, 0)
  const from = { log: parts.log, checkKey: permitKeys(parts, batch.stream) }
  const records: RecordSet = {
    pages: (signal) => counted(recordsOf(from, batch, signal), sizeOf),
    raw: (signal) =>
      counted(pagesOf(from, batch, signal), (given) =>
        'page' in given ? given.page.dataBytes : sizeOf(given),
      ),
  }
  return { records, bytes: () => bytes }
}

async function write(
  { content }: EncodedObject,
  folder: string,
  index: number,
): Promise<{ readonly path: string; readonly sizeBytes: number }> {
  const path = 'path' in content ? content.path : join(folder, `object-${index}`)
  if (!('path' in content)) {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    await pipeline(Readable.from(content.bytes, { objectMode: false }), file)
  }
  return { path, sizeBytes: (await stat(path)).size }
}

function describe(
  parts: FlushParts,
  { accountId }: DeliveryStream,
  target: S3Target,
  { table }: Encoded,
  key: string,
  made: { readonly path: string; readonly sizeBytes: number },
): TailObject {
  const { conversion, bucket } = target
  const input = table && addsPartitions(table) ? partitionOf(table, bucket, key) : undefined
  return {
    ...made,
    bucket,
    key,
    etag: uuid(),
    madeMs: parts.clock.now(),
    ...(input && table
      ? {
          partition: {
            accountId,
            region: conversion!.region,
            database: table.database,
            table: table.name,
            input,
          },
        }
      : {}),
  }
}
