import type { DeliveryRecord } from '../delivery-record.ts'
import { splitJson } from './split-json.ts'
import type { Outcome, Transform } from './transform.ts'

export type DeaggregationSettings =
  | { readonly kind: 'deaggregation'; readonly subRecords: 'JSON' }
  | {
      readonly kind: 'deaggregation'
      readonly subRecords: 'DELIMITED'
      /** Base64. */
      readonly delimiter: string
    }

/**
 * What one record may hold. Firehose has 500; but a few bytes, compressed, may be millions of pieces, and those of a record are in
 * memory together.
 */
const piecesMax = 100_000

/**
 * Takes records apart that producers joined: JSON texts side by side or on lines, or pieces between delimiters. Each becomes a record of
 * its own, also where it fails later. https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
export function deaggregation(settings: DeaggregationSettings): Transform {
  const split =
    settings.subRecords === 'JSON' ? splitJson : splitBy(Buffer.from(settings.delimiter, 'base64'))
  return {
    isRepeatable: true,
    makesLarge: true,
    apply: async (records) => records.map((record) => takeApart(record, split)),
  }
}

/** Gives undefined where something stands that is no piece. */
type Split = (data: Uint8Array) => Iterable<Uint8Array | undefined>

function takeApart(record: DeliveryRecord, split: Split): Outcome {
  const { raw: _, subSequence = 0, ...rest } = record
  // Of what a producer packed into one record each has its own numbers.
  const first = subSequence * piecesMax
  const records: DeliveryRecord[] = []
  for (const data of split(record.data)) {
    if (data === undefined) {
      return failed('DeAggregation.InvalidRecord', 'The record is not a sequence of JSON texts.')
    }
    if (records.length === piecesMax) {
      return failed(
        'DeAggregation.TooManySubRecords',
        `The record holds more than ${piecesMax} records.`,
      )
    }
    records.push({ ...rest, data, subSequence: first + records.length })
  }
  return { status: 'Ok', records }
}

function failed(code: string, message: string): Outcome {
  const failure = { outputType: 'processing-failed', code, message } as const
  return { status: 'ProcessingFailed', failure }
}

function splitBy(delimiter: Buffer): Split {
  return function* (data) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    let start = 0
    for (;;) {
      const found = bytes.indexOf(delimiter, start)
      const end = found < 0 ? bytes.length : found
      if (end > start) yield bytes.subarray(start, end)
      if (found < 0) return
      start = found + delimiter.length
    }
  }
}
