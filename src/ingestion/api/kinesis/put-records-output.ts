import type {
  EncryptionType,
  PutRecordsOutput,
  PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis'
import {
  SequencePrinter,
  printFour,
  putResultAt,
  sequenceNumberDigits,
  type PutResults,
} from '#ingestion/streams'
import type { LakeError } from '#kit'
import { printable } from '#protocol/aws'

/** The answer to PutRecords. When every record was taken it prints itself, with no object for each. */
export function putRecordsOutput(
  results: PutResults,
  encryption: EncryptionType,
): PutRecordsOutput {
  let entries: PutRecordsResultEntry[] | undefined
  const output = {
    FailedRecordCount: results.errors.size,
    get Records() {
      return (entries ??= Array.from(results.places, (_, index) => entryAt(results, index)))
    },
    EncryptionType: encryption,
  }
  if (results.errors.size > 0) return output
  return printable(output, () => {
    return `{"Records":[${printEntries(results)}],"FailedRecordCount":0,"EncryptionType":"${encryption}"}`
  })
}

function entryAt(results: PutResults, index: number): PutRecordsResultEntry {
  const result = putResultAt(results, index)
  return result.error
    ? failedEntry(result.error)
    : { SequenceNumber: result.sequenceNumber, ShardId: result.shardId }
}

function failedEntry(error: LakeError): PutRecordsResultEntry {
  if (error.kind === 'throttled') {
    return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: error.message }
  }
  return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' }
}

const beforeNumber = '{"SequenceNumber":"'
const beforeShard = '","ShardId":"'
/** As `shardName` has it: these letters and twelve digits. */
const shardPrefix = 'shardId-'
const shardDigits = 12
const afterShard = '"},'
const shardAt = beforeNumber.length + sequenceNumberDigits + beforeShard.length + shardPrefix.length
const entryBytes = shardAt + shardDigits + afterShard.length

/**
 * Where answers are printed, one after the other: it is copied out before anything else runs. All entries have one length, so the
 * text between their digits stays from answer to answer.
 */
let page: Buffer = Buffer.alloc(0)
let view = new DataView(page.buffer)

function pageOf(count: number): Buffer {
  if (page.byteLength >= count * entryBytes) return page
  const digits = '0'.repeat(sequenceNumberDigits)
  const shard = shardPrefix + '0'.repeat(shardDigits)
  const entry = beforeNumber + digits + beforeShard + shard + afterShard
  page = Buffer.from(entry.repeat(Math.max(count, entriesKept)), 'latin1')
  view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  return page
}

/** What one request may have. */
const entriesKept = 500

interface Printer {
  readonly sequences: SequencePrinter
  /** By the place of the shard. */
  readonly shardNumbers: Int32Array
}

/** By the list of a stream's shards. */
const printers = new WeakMap<PutResults['shards'], Printer>()

function printerOf(shards: PutResults['shards']): Printer {
  const known = printers.get(shards)
  if (known) return known
  const shardNumbers = Int32Array.from(shards, ({ shard }) => shard.number)
  const made = { sequences: new SequencePrinter(shards), shardNumbers }
  printers.set(shards, made)
  return made
}

function printEntries({ shards, places, sequences }: PutResults): string {
  const bytes = pageOf(places.length)
  const printer = printerOf(shards)
  let at = 0
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index]!
    printer.sequences.print(place, sequences[index]!, view, at + beforeNumber.length)
    printShardNumber(printer.shardNumbers[place]!, at + shardAt)
    at += entryBytes
  }
  // Without the last comma.
  return bytes.toString('latin1', 0, at - 1)
}

/** Shards are numbered below 2^31: see `parseShardName`. */
function printShardNumber(number: number, at: number): void {
  const high = Math.floor(number / 10_000)
  const top = Math.floor(high / 10_000)
  printFour(view, at, top)
  printFour(view, at + 4, high - top * 10_000)
  printFour(view, at + 8, number - high * 10_000)
}
