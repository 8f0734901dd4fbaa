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
 * Takes records apart that producers joined: JSON texts side by side or on lines, or pieces between delimiters. Each becomes a record of
 * its own, also where it fails later. https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
export function deaggregation(settings: DeaggregationSettings): Transform {
  const split =
    settings.subRecords === 'JSON' ? splitJson : splitBy(Buffer.from(settings.delimiter, 'base64'))
  return {
    isRepeatable: true,
    apply: async (records) => records.map((record) => takeApart(record, split)),
  }
}

type Split = (data: Uint8Array) => readonly Uint8Array[] | undefined

function takeApart(record: DeliveryRecord, split: Split): Outcome {
  const pieces = split(record.data)
  if (!pieces) {
    return {
      status: 'ProcessingFailed',
      failure: {
        outputType: 'processing-failed',
        code: 'DeAggregation.InvalidRecord',
        message: 'The record is not a sequence of JSON texts.',
      },
    }
  }
  const { raw: _, ...rest } = record
  return {
    status: 'Ok',
    records: pieces.map((data, subSequence) => ({ ...rest, data, subSequence })),
  }
}

function splitBy(delimiter: Buffer): Split {
  return (data) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    const pieces: Uint8Array[] = []
    let start = 0
    for (;;) {
      const found = bytes.indexOf(delimiter, start)
      const end = found < 0 ? bytes.length : found
      if (end > start) pieces.push(bytes.subarray(start, end))
      if (found < 0) return pieces
      start = found + delimiter.length
    }
  }
}
