import type {
  EncryptionType,
  PutRecordsOutput,
  PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis'
import { putResultAt, sequenceNumberDigits, type PutResults } from '#ingestion/streams'
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

type ResultShard = PutResults['shards'][number]

/** Of each shard, with zeros for the number. */
const knownEntries = new WeakMap<ResultShard['numbers'], Buffer>()

function entryOf({ shardId, numbers }: ResultShard): Buffer {
  const known = knownEntries.get(numbers)
  if (known) return known
  const number = '0'.repeat(sequenceNumberDigits)
  const entry = Buffer.from(`${beforeNumber}${number}","ShardId":${JSON.stringify(shardId)}},`)
  knownEntries.set(numbers, entry)
  return entry
}

/** Where answers are printed, one after the other: it is copied out before anything else runs. */
let page: Buffer = Buffer.alloc(64 * 1024)

/** The numbers of a shard that one request was given follow each other. */
function printEntries({ shards, places, sequences }: PutResults): string {
  const entries = shards.map(entryOf)
  const sizeMax = Math.max(0, ...entries.map(({ byteLength }) => byteLength)) * places.length
  if (page.byteLength < sizeMax) page = Buffer.alloc(sizeMax)
  const digits: ReturnType<ResultShard['numbers']['from']>[] = []
  let at = 0
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index]!
    const entry = entries[place]!
    const known = digits[place]
    if (known) known.next()
    const number = known ?? (digits[place] = shards[place]!.numbers.from(sequences[index]!))
    page.set(entry, at)
    number.print(page, at + beforeNumber.length)
    at += entry.byteLength
  }
  // Without the last comma.
  return page.toString('latin1', 0, at - 1)
}
